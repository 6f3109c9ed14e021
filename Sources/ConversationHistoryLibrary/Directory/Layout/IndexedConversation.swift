import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the index of a directory library knows of a file, and of which state of the file.
struct IndexedConversation: Sendable {
    /// What the system tells of a file without opening it.
    struct State: Hashable, Sendable {
        private static var longestTick: Int64 { 2 }

        var inode: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64

        init(inode: UInt64, size: Int64, seconds: Int64, nanoseconds: Int64) {
            self.inode = inode
            self.size = size
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }

        init(_ identity: FileIdentity) {
            inode = identity.inode
            size = identity.size
            seconds = identity.modifiedSeconds
            nanoseconds = identity.modifiedNanoseconds
        }

        /// Whether a later change of the file would be dated otherwise.
        ///
        /// File systems date files by ticks of up to two seconds, and a second change within a tick that leaves the size as
        /// it is cannot be told from the first.
        func isOld(at seconds: Int64) -> Bool { self.seconds <= seconds - Self.longestTick }
    }

    /// The state of the file that was read.
    var state: State

    /// What is known of the conversation, without whether it is in the trash; `nil` if the file is none.
    var info: ConversationInfo?

    /// Whether the owner was ever read; `false` only for a history that could never be read.
    var isOwnerKnown = true

    /// How to tell that the file is still in this state, if the state itself does not prove it; not stored.
    var proof: Proof?

    /// What stands in a file in one state and in no other.
    enum Proof: Hashable, Sendable {
        /// The end of the file.
        case end(FileContent)
        /// Nothing less than the whole.
        case whole
    }

    /// Whether it is known for certain which content this is of.
    var isSettled: Bool { proof == nil }

    init(state: State, info: ConversationInfo?) {
        self.state = state
        self.info = info
    }

    /// Takes what was found out about a file.
    ///
    /// - Parameter seconds: When the reading began, by the clock of the system.
    init(state: State, info: ConversationInfo?, at seconds: Int64) {
        self.init(state: state, info: info)
        if !state.isOld(at: seconds) { proof = .whole }
    }

    /// Takes what is to be known from the history.
    ///
    /// - Parameters:
    ///   - layout: Where the parts of the history lie in the file, if it is stored one entry a line.
    ///   - seconds: When the reading began, by the clock of the system; `nil` if the file has just been written.
    init<Message>(
        _ snapshot: ConversationSnapshot<Message>,
        _ identity: FileIdentity,
        _ layout: HistoryLayout?,
        id: ConversationID,
        at seconds: Int64?
    ) {
        let record = snapshot.libraryRecord(id, identity)
        state = State(identity)
        if !(seconds.map(state.isOld) ?? false) { proof = layout.map { .end($0.footerEnd) } ?? .whole }
        info = ConversationInfo(
            id: id,
            title: snapshot.title,
            owner: snapshot.owner,
            created: record.created,
            updated: record.updated,
            metadata: snapshot.metadata,
            origin: snapshot.origin,
            messageCount: snapshot.messages.count,
            entryCount: snapshot.entries.count
        )
    }
}

extension IndexedConversation: Equatable {
    /// Whether the same is known of the same state, however certain that is.
    static func == (lhs: IndexedConversation, rhs: IndexedConversation) -> Bool {
        lhs.state == rhs.state && lhs.info == rhs.info && lhs.isOwnerKnown == rhs.isOwnerKnown
    }
}

extension ConversationSnapshot {
    /// What the library keeps with this history; for a history that was put into its directory by other means, what
    /// is known from the history itself.
    func libraryRecord(_ id: ConversationID, _ identity: FileIdentity) -> LibraryRecord {
        if var record = storedRecord {
            record.id = id
            return record
        }
        let created = created ?? updated ?? identity.modified
        return LibraryRecord(id: id, created: created, updated: updated ?? created, revision: 0)
    }
}

extension FileIdentity {
    /// When the content was last modified, to the microsecond.
    var modified: Date {
        Date(timeIntervalSince1970: Double(modifiedSeconds) + Double(modifiedNanoseconds) / 1e9).storable
    }
}
