package import ConversationHistory
package import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationInfo {
    /// Creates what is known of a snapshot that is stored for the first time.
    package init<Message>(
        of snapshot: ConversationSnapshot<Message>,
        as id: ConversationID,
        messageCount: Int = 0,
        entryCount: Int = 0
    ) {
        let created = snapshot.created ?? .now.storable
        self.init(
            id: id,
            title: snapshot.title,
            owner: snapshot.owner,
            created: created,
            updated: snapshot.updated ?? created,
            metadata: snapshot.metadata,
            origin: snapshot.origin,
            messageCount: messageCount,
            entryCount: entryCount
        )
    }
}
