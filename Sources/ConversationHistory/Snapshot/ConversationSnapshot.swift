#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A conversation at one moment: its entries, and what is known about it.
///
/// A snapshot is a value. Copies share their entries, so that keeping the snapshot from before a turn costs next to
/// nothing, however long the conversation is.
///
/// ``Conversation`` makes and saves snapshots; only who writes a store, a tool or a test needs to handle them.
public struct ConversationSnapshot<Message: HistoryMessage>: Sendable, Equatable {
    /// The version of the stored form that this package writes: 2.
    public static var currentVersion: Int { 2 }

    /// The conversation's own id; `nil` if it was never given one, as in a history of version 1.
    public var id: ConversationID? { didSet { descent.advance() } }

    /// The title to show.
    public var title: String? { didSet { descent.advance() } }

    /// Whom the conversation belongs to.
    public var owner: Owner? { didSet { descent.advance() } }

    /// When the conversation began, if that is known.
    public var created: Date? { didSet { descent.advance() } }

    /// When the conversation last changed, if that is known.
    public var updated: Date? { didSet { descent.advance() } }

    /// Where the conversation was forked from; `nil` if it was not.
    public var origin: ForkOrigin? { didSet { descent.advance() } }

    /// Whatever else the application keeps with the conversation; it is written anew at each save, so keep it small.
    public var metadata: JSONObject { didSet { descent.advance() } }

    /// The history, oldest first.
    public package(set) var entries: SharedList<HistoryEntry<Message>> { didSet { descent.advance() } }

    /// The turns that have ended, oldest first.
    public package(set) var turns: SharedList<Turn> { didSet { descent.advance() } }

    /// The turn that is under way; in a snapshot from a store, a turn that was interrupted.
    public var openTurn: Turn? { didSet { descent.advance() } }

    /// What rewinds took out, oldest first.
    public package(set) var rewound: SharedList<RewoundHistory<Message>> { didSet { descent.advance() } }

    /// How many entries are of certain kinds.
    package var counts: EntryCounts

    /// The ids of the entries, as far as they were asked for.
    var ids = EntryIDIndex()

    /// Members of the stored form that this version does not know.
    package var unknown: UnknownMembers { didSet { descent.advance() } }

    /// What the keeper of many histories has attached to this one; see ``UnknownMembers``.
    package var annotation: JSONValue? {
        get { unknown.annotation }
        set { unknown.annotation = newValue }
    }

    /// The stored states that this snapshot descends from; every change of a member that is stored is a step.
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

    /// Creates the snapshot of a conversation in which nothing was said yet.
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
    /// Two snapshots of the same messages and pins are equal: the entries are named by their positions and have no
    /// dates. So a store writes only what was added, even if the snapshot is built anew for each save.
    ///
    /// - Parameters:
    ///   - messages: The messages, oldest first.
    ///   - pinned: For each message whether it is pinned; there must be as many as messages.
    /// - Throws: ``SnapshotError`` with the code `lengthMismatch`.
    public init(messages: [Message], pinned: [Bool]) throws(SnapshotError) {
        guard messages.count == pinned.count else {
            throw SnapshotError(
                .lengthMismatch,
                "There must be as many pins as messages (messages: \(messages.count), pins: \(pinned.count))."
            )
        }
        self.init()
        for (position, message) in messages.enumerated() {
            let id = EntryID(String(position + 1))
            appendUnchecked(HistoryEntry(.message(message), id: id, date: nil, isPinned: pinned[position]))
        }
    }

    /// Creates the snapshot of a conversation of bare messages, none of them pinned.
    public init(messages: [Message]) {
        self.init()
        for (position, message) in messages.enumerated() {
            appendUnchecked(HistoryEntry(.message(message), id: EntryID(String(position + 1)), date: nil))
        }
    }

    /// The messages, oldest first; entries that are not messages are left out.
    public var messages: MessageList<Message> { MessageList(entries: entries, otherEntryCount: counts.others) }

    /// For each of ``messages`` whether it is pinned.
    public var pinned: some RandomAccessCollection<Bool> & Sendable & Equatable {
        let messages = messages
        return messages.indices.map { messages.entry(at: $0).isPinned }
    }
}
