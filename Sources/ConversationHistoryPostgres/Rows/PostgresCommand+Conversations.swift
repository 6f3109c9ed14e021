#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Commands for the rows of conversations.
extension PostgresCommand {
    /// Reads the row of a conversation, whatever its owner.
    static func conversation(_ id: ConversationID, withHead: Bool = false) -> PostgresCommand {
        let columns = withHead ? ConversationRow.columnsWithHead : ConversationRow.columns
        return PostgresCommand("SELECT \(columns) FROM conversations WHERE id = $1", [.name(id.rawValue)])
    }

    /// Reads and locks the row of a conversation, whatever its owner.
    static func lockedConversation(_ id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            "SELECT \(ConversationRow.columns) FROM conversations WHERE id = $1 FOR UPDATE",
            [.name(id.rawValue)]
        )
    }

    /// The condition for a conversation within the scope and outside the trash, with parameters 1 to 3.
    static let isLive = """
        id = $1 AND deleted IS NULL AND ($2::bytea IS NULL OR owner_user = $2)
          AND ($3::bytea IS NULL OR owner_organization = $3)
        """

    /// Returns the parameters of ``isLive``.
    static func live(_ id: ConversationID, _ scope: LibraryScope) -> [PostgresValue] {
        [.name(id.rawValue)] + owned(scope)
    }

    /// Returns the user and the organization of a scope; null stands for all.
    static func owned(_ scope: LibraryScope) -> [PostgresValue] {
        [.name(scope.user), .name(scope.organization)]
    }

    /// Returns a command that fails, and changes nothing, unless the SQL returns exactly one row.
    static func requiringOne(_ sql: String, _ parameters: [PostgresValue]) -> PostgresCommand {
        requiring("1", orElse: PostgresState.refused, sql, parameters)
    }

    /// Locks a conversation within the scope; fails if the scope does not include it.
    static func lock(_ id: ConversationID, _ scope: LibraryScope) -> PostgresCommand {
        requiringOne("SELECT key FROM conversations WHERE \(isLive) FOR UPDATE", live(id, scope))
    }

    /// Adds a conversation without entries; fails if its id is taken.
    static func insert(
        _ info: ConversationInfo,
        key: Int64,
        stamp: Int64,
        snapshotUpdated: Date?,
        counts: (turns: Int, rewinds: Int),
        metadata: [UInt8],
        head: [UInt8]
    ) -> PostgresCommand {
        requiringOne(
            """
            INSERT INTO conversations(key, id, revision, stamp, title, has_owner, owner_user, owner_organization, created,
              updated, snapshot_updated, metadata, has_origin, origin_conversation, origin_entry, message_count,
              entry_count, turn_count, rewind_count, head)
            VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            ON CONFLICT (id) DO NOTHING RETURNING key
            """,
            [.int(key), .name(info.id.rawValue), .int(stamp), .name(info.title)] + values(info.owner)
                + [.date(info.created), .date(info.updated), .date(snapshotUpdated), .bytes(metadata)]
                + values(info.origin) + [
                    .int(info.messageCount), .int(info.entryCount), .int(counts.turns), .int(counts.rewinds),
                    .bytes(head),
                ]
        )
    }

    /// Changes columns of a conversation within the scope; fails if the scope does not include it.
    ///
    /// - Parameter assignments: The columns and their values, with parameters from 5 on.
    static func change(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ assignments: String,
        _ values: [PostgresValue]
    ) -> PostgresCommand {
        requiringOne(
            """
            UPDATE conversations SET updated = $4, snapshot_updated = $4, \(assignments) WHERE \(isLive) RETURNING key
            """,
            live(id, scope) + [.date(.now.storable)] + values
        )
    }

    /// Returns an owner as the values of three columns.
    static func values(_ owner: Owner?) -> [PostgresValue] {
        [.bool(owner != nil), .name(owner?.user), .name(owner?.organization)]
    }

    /// Returns the origin of a fork as the values of three columns.
    static func values(_ origin: ForkOrigin?) -> [PostgresValue] {
        [.bool(origin != nil), .name(origin?.conversation?.rawValue), .name(origin?.entry?.rawValue)]
    }
}
#endif
