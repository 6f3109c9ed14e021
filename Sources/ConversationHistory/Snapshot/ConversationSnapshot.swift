#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The state of a conversation at one moment: its entries, turns, title, owner and metadata.
///
/// A snapshot is a value. Copies share their entries, so keeping the snapshot from before a turn costs next to
/// nothing, however long the conversation is.
///
/// ``Conversation`` makes and saves snapshots; you need one only to write a store, a tool or a test.
public struct ConversationSnapshot<Message: HistoryMessage>: Sendable, Equatable {
    /// The version of the stored form that this package writes: 2.
    public static var currentVersion: Int { 2 }

    /// The conversation's own id; `nil` if it has none, as in a history of version 1.
    public var id: ConversationID? { didSet { descent.advance() } }

    /// The title to show.
    public var title: String? { didSet { descent.advance() } }

    /// The conversation's owner.
    public var owner: Owner? { didSet { descent.advance() } }

    /// When the conversation began, if known.
    public var created: Date? { didSet { descent.advance() } }

    /// When the conversation last changed, if known.
    public var updated: Date? { didSet { descent.advance() } }

    /// The point that the conversation was forked from; `nil` if it isn't a fork.
    public var origin: ForkOrigin? { didSet { descent.advance() } }

    /// The application's own data about the conversation; every save writes all of it, so keep it small.
    public var metadata: JSONObject { didSet { descent.advance() } }

    /// The entries of the history, oldest first.
    public package(set) var entries: SharedList<HistoryEntry<Message>> { didSet { descent.advance() } }

    /// The turns that have ended, oldest first.
    public package(set) var turns: SharedList<Turn> { didSet { descent.advance() } }

    /// The turn in progress; in a snapshot from a store, a turn that was interrupted.
    public var openTurn: Turn? { didSet { descent.advance() } }

    /// The parts of the history that rewinds removed, oldest first.
    public package(set) var rewound: SharedList<RewoundHistory<Message>> { didSet { descent.advance() } }

    /// The numbers of entries of certain kinds.
    package var counts: EntryCounts

    /// An index of the entries' ids, which is filled on demand.
    var ids = EntryIDIndex()

    /// Members of the stored form that this version doesn't know.
    package var unknown: UnknownMembers { didSet { descent.advance() } }

    /// What the keeper of many histories has attached to this one; see ``UnknownMembers``.
    package var annotation: JSONValue? {
        get { unknown.annotation }
        set { unknown.annotation = newValue }
    }

    /// The stored states that this snapshot descends from; every change of a stored member is a step.
    var descent = SnapshotDescent()

    /// Leaves only what is known beside the entries, the turns and the rewinds.
    package mutating func removeLists() {
        entries = SharedList()
        turns = SharedList()
        rewound = SharedList()
        counts = EntryCounts()
    }

    /// Parts this copy from its stored states: it is changed only to be encoded.
    package mutating func detach() { descent = .detached }

    /// Creates the snapshot of a conversation without entries.
    public init(id: ConversationID? = nil, title: String? = nil, owner: Owner? = nil, created: Date? = nil) {
        self.id = id
        self.title = title
        self.owner = owner
        self.created = created
        self.updated = created
        self.metadata = [:]
        self.entries = SharedList()
        self.turns = SharedList()
        self.rewound = SharedList()
        self.counts = EntryCounts()
        self.unknown = UnknownMembers()
    }

    /// Creates the snapshot of a conversation of bare messages.
    ///
    /// The entries are numbered and have no dates, so two snapshots of the same messages and pins are equal. A store
    /// therefore writes only what was added, even if the snapshot is rebuilt for each save.
    ///
    /// - Parameters:
    ///   - messages: The messages, oldest first.
    ///   - pinned: Whether each message is pinned: one element per message.
    /// - Throws: ``SnapshotError`` with the code `lengthMismatch` if the arrays differ in length.
    public init(messages: [Message], pinned: [Bool]) throws(SnapshotError) {
        guard messages.count == pinned.count else {
            throw SnapshotError(
                .lengthMismatch,
                "The counts differ (messages: \(messages.count), pins: \(pinned.count)). Pass one pin per message."
            )
        }
        self.init()
        for (position, message) in messages.enumerated() {
            let id = EntryID(String(position + 1))
            appendUnchecked(HistoryEntry(.message(message), id: id, date: nil, isPinned: pinned[position]))
        }
    }

    /// Creates the snapshot of a conversation of bare messages without pins.
    public init(messages: [Message]) {
        self.init()
        for (position, message) in messages.enumerated() {
            appendUnchecked(HistoryEntry(.message(message), id: EntryID(String(position + 1)), date: nil))
        }
    }

    /// The messages without the other entries, oldest first.
    public var messages: MessageList<Message> { MessageList(entries: entries, otherEntryCount: counts.others) }

    /// Whether each of the ``messages`` is pinned.
    public var pinned: some RandomAccessCollection<Bool> & Sendable & Equatable {
        let messages = messages
        return messages.indices.map { messages.entry(at: $0).isPinned }
    }
}
