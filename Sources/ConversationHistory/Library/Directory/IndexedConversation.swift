import DurableFiles

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the index of a directory library knows of a file, and of which state of the file.
struct IndexedConversation: Hashable, Sendable {
    /// What the system tells of a file without opening it.
    struct State: Hashable, Sendable {
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
    }

    /// The state of the file that was read.
    var state: State

    /// What is known of the conversation, without whether it is in the trash; `nil` if the file is none.
    var info: ConversationInfo?

    init(state: State, info: ConversationInfo?) {
        self.state = state
        self.info = info
    }

    /// Takes what is to be known from the history.
    init<Message>(_ snapshot: ConversationSnapshot<Message>, _ identity: FileIdentity, id: ConversationID) {
        let record = snapshot.libraryRecord(id, identity)
        state = State(identity)
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

extension ConversationSnapshot {
    /// What the library keeps with this history; for a history that was put into its directory by other means, what
    /// is known from the history itself.
    func libraryRecord(_ id: ConversationID, _ identity: FileIdentity) -> LibraryRecord {
        if var record = unknown.library {
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
