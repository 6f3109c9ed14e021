#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresCommand {
    /// Updates a conversation, except its lists, for a save.
    ///
    /// The command also detects conflicts: it fails unless the conversation is in the state that its writer last read
    /// or wrote. It runs first, so that one of two writers waits for the other.
    ///
    /// - Parameters:
    ///   - seen: The state that the writer last read or wrote.
    ///   - stamp: The random mark of this save.
    ///   - attributes: The writer's values of the attributes that a library can change as well.
    ///   - changes: The attributes that the writer has changed; the others keep their stored values.
    static func update<Message: HistoryMessage>(
        _ id: ConversationID,
        _ scope: LibraryScope,
        onto seen: (key: Int64, revision: Int64, stamp: Int64),
        stamp: Int64,
        attributes: ConversationAttributes,
        changes: (title: Bool, owner: Bool, metadata: Bool),
        snapshotUpdated: Date?,
        origin: ForkOrigin?,
        _ plan: SavePlan<Message>,
        hasNewHead: Bool
    ) -> PostgresCommand {
        var parameters = live(id, scope) + [.int(seen.key), .int(seen.revision), .int(stamp)]
        parameters += [.bool(changes.title), .name(changes.title ? attributes.title : nil), .bool(changes.owner)]
        parameters += values(changes.owner ? attributes.owner : nil)
        parameters += [.date(snapshotUpdated), .bytes(changes.metadata ? plan.metadata : nil)]
        parameters += values(origin) + [.int(plan.messageCount), .int(plan.entryCount)]
        parameters += [
            .int(plan.turnCount), .int(plan.rewindCount), .bytes(hasNewHead ? plan.head : nil), .int(seen.stamp),
        ]
        return requiringOne(
            """
            UPDATE conversations SET revision = revision + 1, stamp = $6,
              title = CASE WHEN $7 THEN $8 ELSE title END,
              has_owner = CASE WHEN $9 THEN $10 ELSE has_owner END,
              owner_user = CASE WHEN $9 THEN $11 ELSE owner_user END,
              owner_organization = CASE WHEN $9 THEN $12 ELSE owner_organization END,
              updated = greatest(updated, $13), snapshot_updated = $13, metadata = coalesce($14, metadata),
              has_origin = $15, origin_conversation = $16, origin_entry = $17, message_count = $18, entry_count = $19,
              turn_count = $20, rewind_count = $21, head = coalesce($22, head)
            WHERE \(isLive) AND key = $4 AND revision = $5 AND stamp = $23 RETURNING key
            """,
            parameters
        )
    }
}
#endif
