import ConversationHistory
import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The index entry of a history file, with the state of the file that was read.
struct IndexedConversation: Sendable {
    /// The status of a file, available without opening it.
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

        /// Returns whether any later change would get another modification time.
        ///
        /// File systems use ticks of up to two seconds, and a second change within a tick that keeps the size cannot be
        /// distinguished from the first.
        func isOld(at seconds: Int64) -> Bool { self.seconds <= seconds - Self.longestTick }
    }

    /// The state of the file when it was read.
    var state: State

    /// Information about the conversation, except the deletion date; `nil` if the file isn't a history.
    var info: ConversationInfo?

    /// Whether the owner was ever read; `false` only for a history that was never readable.
    var isOwnerKnown = true

    /// The proof that the file is unchanged, needed while the state alone doesn't prove it; not stored.
    var proof: Proof?

    /// Content of a file that is unique to one of its states.
    enum Proof: Hashable, Sendable {
        /// The end of the file.
        case end(FileContent)
        /// The whole file: nothing less proves the state.
        case whole
    }

    /// Whether the state alone identifies the content.
    var isSettled: Bool { proof == nil }

    init(state: State, info: ConversationInfo?) {
        self.state = state
        self.info = info
    }

    /// Creates an entry from information about a file.
    ///
    /// - Parameters:
    ///   - state: The state of the file.
    ///   - info: Information about the conversation; `nil` if the file isn't a history.
    ///   - seconds: The system time when the read began.
    init(state: State, info: ConversationInfo?, at seconds: Int64) {
        self.init(state: state, info: info)
        if !state.isOld(at: seconds) { proof = .whole }
    }

    /// Creates an entry from a history.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot in the file.
    ///   - identity: The identity of the file.
    ///   - layout: The layout of the history in the file, if it is stored one entry per line.
    ///   - id: The conversation's id.
    ///   - seconds: The system time when the read began; `nil` if the file has just been written.
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
    /// Compares states and information, but not proofs.
    static func == (lhs: IndexedConversation, rhs: IndexedConversation) -> Bool {
        lhs.state == rhs.state && lhs.info == rhs.info && lhs.isOwnerKnown == rhs.isOwnerKnown
    }
}

extension ConversationSnapshot {
    /// Returns the stored record of this history; for a history that another program put into the directory, a record
    /// derived from the history itself.
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
    /// The date of the last modification, rounded to the precision of stored dates.
    var modified: Date {
        Date(timeIntervalSince1970: Double(modifiedSeconds) + Double(modifiedNanoseconds) / 1e9).storable
    }
}
