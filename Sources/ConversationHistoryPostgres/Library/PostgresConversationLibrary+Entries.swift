#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// Returns a conversation with its history and artifacts, even if it is in the trash.
    public func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message> {
        try checkScope("read")
        let found: ConversationContents<Message>?
        do throws(PostgresFailure) {
            found = try await damage.reading(id) { () throws(PostgresFailure) in
                try await pool.read { (session) throws(PostgresFailure) in
                    try session.transaction(.read, scope) { (session) throws(PostgresFailure) in
                        let found = try session.run(SnapshotRows.commands(whole: id))
                        let row = try record(found[0], "read")
                        let (artifacts, problems) = try artifacts(of: row.key, id, session)
                        return ConversationContents(
                            info: row.info,
                            snapshot: try SnapshotRows.snapshot(of: row, found, coding, "read", pool.location),
                            artifacts: artifacts,
                            problems: problems
                        )
                    }
                }
            }
        } catch { throw HistoryStoreError(error, operation: "read", location: pool.location) }
        guard let found else { throw noSuchConversation("read") }
        return found
    }

    /// Returns a part of a history and the total count, without reading the rest.
    public func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message> {
        try checkScope("read")
        return try await read("read", [.conversation(id), Self.page(id, scope, request)]) {
            (results) throws(PostgresFailure) in
            let info = try live(results[0], "read").info
            let count = request.messagesOnly ? info.messageCount : info.entryCount
            var page = EntryPage<Message>(entries: [], totalCount: count)
            for row in 0..<results[1].count { page.entries.append(try entry(results[1], row, 0, "read")) }
            let expected = min(max(0, request.limit), max(0, count - max(0, request.offset)))
            guard page.entries.count == expected else { throw .missingRow }
            return page
        }
    }

    private static func page(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ request: EntryRequest
    ) -> PostgresCommand {
        // No history has this many entries, and sums of such numbers do not overflow.
        let most = 1 << 60
        let (offset, limit) = (min(max(0, request.offset), most), min(max(0, request.limit), most))
        let isNewest = request.edge == .newest
        // Positions count all entries, so they select messages only if all entries are messages.
        let range =
            isNewest
            ? "position >= entry_count - $4 - $5 AND position < entry_count - $4"
            : "position >= $4 AND position < $4 + $5"
        let parameters = PostgresCommand.live(id, scope) + [.int(offset), .int(limit)]
        guard request.messagesOnly else {
            return PostgresCommand(
                """
                SELECT body, checksum FROM conversations JOIN entries ON conversation = key AND list = 0
                WHERE \(liveConversation) AND \(range) ORDER BY position
                """,
                parameters
            )
        }
        return PostgresCommand(
            """
            SELECT body, checksum FROM (
              SELECT body, checksum, position FROM conversations JOIN entries ON conversation = key AND list = 0
              WHERE \(liveConversation) AND is_message
              ORDER BY position \(isNewest ? "DESC" : "") OFFSET $4 LIMIT $5) AS page
            ORDER BY position
            """,
            parameters
        )
    }

    /// The condition for a conversation, qualified because both tables have a column `id`.
    private static var liveConversation: String {
        "conversations." + PostgresCommand.isLive
    }

    /// Appends entries to a history without loading it; only the ids are read.
    public func append(
        _ entries: [HistoryEntry<Message>],
        to id: ConversationID
    ) async throws(HistoryStoreError) {
        try entries.checkDistinct("append to")
        let rows = try encoding("append to") { () throws(SnapshotError) in try EntryRow.rows(of: entries, coding) }
        try checkScope("append to")
        let change = PostgresCommand.change(
            id,
            scope,
            """
            revision = revision + 1, stamp = $5, entry_count = entry_count + $6, message_count = message_count + $7
            """,
            [.int(.newStamp), .int(rows.count), .int(rows.count { $0.isMessage })]
        )
        // The check comes after the change, which blocks concurrent appends.
        let commands = [change, .lackingEntries(rows, in: id)] + PostgresCommand.append(rows, to: id)
        try await write("append to", id, commands) { (_) throws(PostgresFailure) in }
    }

    /// Creates a conversation with the history of another one, which the server copies.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        try await write("fork", refusal: .idIsTaken("fork", in: pool.location)) { (session) throws(PostgresFailure) in
            try session.transaction(.isolatedWrite, scope, afterwards: [notice(new.id)]) {
                (session) throws(PostgresFailure) in
                let found = try session.run([
                    .conversation(id, withHead: true), SnapshotRows.turns(of: id), Self.cut(of: id, after: entry),
                ])
                let row = try live(found[0], "fork")
                try row.checkSound()
                guard found[1].count == row.turnCount else { throw .missingRow }
                guard entry == nil || !found[2].isEmpty else {
                    throw .refused(HistoryStoreError.noSuchEntry("fork", in: pool.location))
                }
                let last = found[2].isEmpty ? nil : EntryID(try found[2].requiredName(0, 0))
                // A stored position may be any number; the check for the last position follows.
                let count = found[2].isEmpty ? 0 : try found[2].count(0, 1).addingReportingOverflow(1).partialValue
                guard count >= 0, count == row.info.entryCount || entry != nil && count < row.info.entryCount else {
                    throw .missingRow
                }
                let isCut = entry != nil && count < row.info.entryCount
                var head = try decoding("fork") { () throws(SnapshotDecodingError) in
                    try coding.snapshot(head: row.head ?? [])
                }
                try SnapshotRows.append(turns: found[1], to: &head, coding, "fork", pool.location)
                row.attributes.apply(to: &head)
                head.updated = row.snapshotUpdated
                let fork = head.headOfFork(from: id, count: isCut ? count : nil, last: last, as: new)
                let messageCount = isCut ? try found[2].int(0, 2) : row.info.messageCount
                return try insert(fork, as: new.id, sharing: count, messageCount, of: row.key, in: session)
            }
        }
    }

    /// Returns the command that finds the last entry of a fork: its id, its position, and the number of messages up to
    /// it.
    private static func cut(of id: ConversationID, after entry: EntryID?) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT cut.id, cut.position, CASE WHEN $2::bytea IS NOT NULL THEN (
              SELECT count(*) FROM entries
              WHERE conversation = cut.conversation AND list = 0 AND is_message AND position <= cut.position) END
            FROM (
              SELECT id, position, conversation FROM entries
              WHERE conversation = (SELECT key FROM conversations WHERE conversations.id = $1) AND list = 0
                AND ($2::bytea IS NULL OR id = $2)
              ORDER BY position DESC LIMIT 1) AS cut
            """,
            [.name(id.rawValue), .name(entry?.rawValue)]
        )
    }

    private func insert(
        _ fork: ConversationSnapshot<Message>,
        as id: ConversationID,
        sharing count: Int,
        _ messageCount: Int,
        of source: Int64,
        in session: PostgresSession
    ) throws(PostgresFailure) -> ConversationInfo {
        let info = ConversationInfo(of: fork, as: id, messageCount: messageCount, entryCount: count)
        let (metadata, head): ([UInt8], [UInt8])
        var turns: [[UInt8]] = []
        do throws(HistoryStoreError) {
            try LibraryName.check(id.rawValue, operation: "fork")
            guard scope.includes(fork.owner) else { throw .outsideOfScope("fork", in: pool.location) }
            try LibraryName.check(fork.owner, operation: "fork")
            metadata = try encoding("fork") { () throws(SnapshotError) in try coding.bytes(of: fork.metadata) }
            head = try encoding("fork") { () throws(SnapshotError) in try fork.encodedHead() }
            for position in fork.turns.indices {
                turns.append(
                    try encoding("fork") { () throws(SnapshotError) in try coding.line(of: fork.turns.box(at: position))
                    }
                )
            }
        } catch { throw .refused(error) }
        let key = Int64.newKey
        let insertion = PostgresCommand.insert(
            info,
            key: key,
            stamp: .newStamp,
            snapshotUpdated: fork.updated,
            counts: (turns.count, 0),
            metadata: metadata,
            head: head
        )
        let copy = PostgresCommand.copy(0..<count, of: source, to: key, list: 0)
        let results = try session.run([insertion, copy] + PostgresCommand.insertTurns(turns, in: key, at: 0))
        guard results[1].changedCount == count else { throw .missingRow }
        return info
    }
}
#endif
