#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationSnapshot {
    /// The snapshot of a conversation that is created in a library.
    package init(_ new: NewConversation, in scope: LibraryScope) {
        self.init(id: new.id, title: new.title, owner: new.owner ?? scope.owner, created: new.created ?? .now.storable)
        metadata = new.metadata
    }

    /// The snapshot of a conversation that is forked from this one in a library.
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
}
