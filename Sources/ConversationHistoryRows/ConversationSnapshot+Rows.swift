package import ConversationHistory
package import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationSnapshot {
    /// How many entries are messages; nothing is looked through.
    package var messageCount: Int { entries.count - counts.others }

    /// Returns what a fork of this conversation has beside its entries; this snapshot's own need not be there.
    ///
    /// - Parameters:
    ///   - id: The id of this conversation in its library.
    ///   - count: How many entries the fork takes over, if that is not all of them.
    ///   - last: The last of those entries.
    ///   - new: What is known of the fork.
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
