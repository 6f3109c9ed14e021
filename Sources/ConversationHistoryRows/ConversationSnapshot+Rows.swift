package import ConversationHistory
package import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationSnapshot {
    /// The number of messages, from counts that the snapshot keeps.
    package var messageCount: Int { entries.count - counts.others }

    /// Returns the snapshot of a fork without its entries; this snapshot need not have its own entries.
    ///
    /// - Parameters:
    ///   - id: The id of this conversation in its library.
    ///   - count: The number of entries that the fork takes over; all of them if `nil`.
    ///   - last: The last of those entries.
    ///   - new: The attributes of the fork.
    package func headOfFork(
        from id: ConversationID,
        count: Int?,
        last: EntryID?,
        as new: NewConversation
    ) -> ConversationSnapshot {
        var kept: [Turn] = Array(turns)
        if let count {
            kept = turns.compactMap { turn in
                guard turn.entries.upperBound > count else { return turn }
                var turn = turn
                turn.entries = min(count, turn.entries.lowerBound)..<count
                return turn.entries.isEmpty ? nil : turn
            }
        }
        var head = self
        head.detach()
        head.removeLists()
        var fork = head.forked(from: id, count: nil, as: new)
        fork.turns = SharedList(kept)
        fork.origin?.entry = last
        return fork
    }
}

extension ConversationInfo {
    /// Creates the info of a snapshot that is stored for the first time.
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
