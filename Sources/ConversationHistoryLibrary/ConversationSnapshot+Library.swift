package import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationSnapshot {
    /// Creates the snapshot of a new conversation in a library.
    package init(_ new: NewConversation, in scope: LibraryScope) {
        self.init(id: new.id, title: new.title, owner: new.owner ?? scope.owner, created: new.created ?? .now.storable)
        metadata = new.metadata
    }

    /// Returns the snapshot of a conversation that is forked from this one in a library.
    package func forked(
        from id: ConversationID,
        count: Int?,
        as new: NewConversation
    ) -> ConversationSnapshot {
        var fork = forked(count: count, id: new.id, date: new.created ?? .now.storable)
        fork.origin?.conversation = id
        fork.openTurn = nil
        if let title = new.title { fork.title = title }
        if let owner = new.owner { fork.owner = owner }
        if !new.metadata.isEmpty { fork.metadata = new.metadata }
        return fork
    }

    /// Encodes this snapshot without its lists and without the title, the metadata and the date of the last change.
    package func encodedHead() throws(SnapshotError) -> [UInt8] {
        guard StoredDate.canWrite(updated) else {
            throw SnapshotError(.notEncodable, "The date of the last change is not finite.")
        }
        var head = self
        head.detach()
        head.title = nil
        head.metadata = [:]
        head.updated = nil
        head.removeLists()
        return try head.encoded()
    }
}
