#if PostgreSQL
public import ConversationHistory
import ConversationHistoryRows
public import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// Creates an empty conversation.
    public func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try LibraryName.check(new.id.rawValue, operation: "create")
        let snapshot = ConversationSnapshot<Message>(new, in: scope)
        guard scope.includes(snapshot.owner) else { throw .outsideOfScope("create", in: pool.location) }
        try LibraryName.check(snapshot.owner, operation: "create")
        let head = try encoding("create") { () throws(SnapshotError) in try snapshot.encodedHead() }
        let metadata = try encoding("create") { () throws(SnapshotError) in try coding.bytes(of: snapshot.metadata) }
        let info = ConversationInfo(of: snapshot, as: new.id)
        let insertion = PostgresCommand.insert(
            info,
            key: .newKey,
            stamp: .newStamp,
            snapshotUpdated: snapshot.updated,
            counts: (0, 0),
            metadata: metadata,
            head: head
        )
        return try await write(
            "create",
            new.id,
            refusal: .idIsTaken("create", in: pool.location),
            [insertion]
        ) { (_) throws(PostgresFailure) in info }
    }

    /// Returns information about a conversation without reading its entries.
    public func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await read("look up", [.conversation(id)]) { (results) throws(PostgresFailure) in
            damage.flagging(try record(results[0], "look up").info)
        }
    }

    /// Sets or removes the title of a conversation.
    public func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await change(id, "rename", "title = $5", [.name(title)])
    }

    /// Replaces the application's metadata of a conversation.
    public func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        let bytes = try encoding("set the metadata of") { () throws(SnapshotError) in try coding.bytes(of: metadata) }
        try await change(id, "set the metadata of", "metadata = $5", [.bytes(bytes)])
    }

    /// Changes the owner of a conversation.
    public func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        guard scope.includes(owner) else { throw .outsideOfScope("set the owner of", in: pool.location) }
        try LibraryName.check(owner, operation: "set the owner of")
        try await change(
            id,
            "set the owner of",
            "has_owner = $5, owner_user = $6, owner_organization = $7",
            PostgresCommand.values(owner)
        )
    }

    /// Changes attributes of a conversation that is not in the trash.
    private func change(
        _ id: ConversationID,
        _ operation: String,
        _ assignments: String,
        _ values: [PostgresValue]
    ) async throws(HistoryStoreError) {
        try checkScope(operation)
        try await write(operation, id, [.change(id, scope, assignments, values)]) { (_) throws(PostgresFailure) in }
    }

    /// Moves a conversation and its artifacts to the trash.
    public func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        try checkScope("delete")
        let deletion = PostgresCommand.requiringOne(
            "UPDATE conversations SET deleted = $4 WHERE \(PostgresCommand.isLive) RETURNING key",
            PostgresCommand.live(id, scope) + [.date(.now.storable)]
        )
        try await write("delete", id, [deletion]) { (_) throws(PostgresFailure) in }
    }

    /// Restores a conversation from the trash.
    public func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        try checkScope("restore")
        let restoration = PostgresCommand.requiringOne(
            """
            UPDATE conversations SET deleted = NULL
            WHERE id = $1 AND deleted IS NOT NULL AND ($2::bytea IS NULL OR owner_user = $2)
              AND ($3::bytea IS NULL OR owner_organization = $3)
            RETURNING key
            """,
            PostgresCommand.live(id, scope)
        )
        try await write("restore", id, [restoration]) { (_) throws(PostgresFailure) in }
    }

    /// Removes conversations in the trash for good, in one transaction.
    public func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try request.checkDates("purge")
        if scope.isEmpty { return PurgeReport() }
        var parameters = PostgresCommand.owned(scope) + [.date(request.deletedBefore), .bool(request.ids == nil)]
        parameters += [.names((request.ids ?? []).map(\.rawValue)), .text(pool.configuration.schema)]
        let purge = PostgresCommand(
            """
            WITH doomed AS MATERIALIZED (
              SELECT key, id, entry_count FROM conversations
              WHERE deleted IS NOT NULL AND ($1::bytea IS NULL OR owner_user = $1)
                AND ($2::bytea IS NULL OR owner_organization = $2) AND ($3::double precision IS NULL OR deleted < $3)
                AND ($4 OR id = ANY($5))
              FOR UPDATE),
            counted AS MATERIALIZED (
              SELECT key, id, entry_count,
                (SELECT count(DISTINCT name) FROM artifacts WHERE artifacts.conversation = doomed.key) AS artifact_count
              FROM doomed),
            gone AS (DELETE FROM conversations USING doomed WHERE conversations.key = doomed.key RETURNING conversations.key)
            SELECT counted.id, counted.entry_count, counted.artifact_count, pg_notify($6, encode(counted.id, 'hex'))
            FROM counted JOIN gone USING (key)
            ORDER BY counted.id
            """,
            parameters,
            isKept: false
        )
        return try await write("purge") { (session) throws(PostgresFailure) in
            let result = try session.transaction(.write, scope, [purge])[0]
            var report = PurgeReport()
            for row in 0..<result.count {
                // The conversations are gone, so damaged values must not fail the report.
                report.conversations.append(result.id(row, 0))
                report.entryCount = report.entryCount.addingClamped(try result.int(row, 1))
                report.artifactCount = report.artifactCount.addingClamped(try result.int(row, 2))
            }
            return report
        }
    }
}

extension Int64 {
    /// A random key for a new conversation, which no other conversation has.
    static var newKey: Int64 { .random(in: 1 ... .max) }

    /// A random mark for a save.
    static var newStamp: Int64 { .random(in: .min ... .max) }
}
#endif
