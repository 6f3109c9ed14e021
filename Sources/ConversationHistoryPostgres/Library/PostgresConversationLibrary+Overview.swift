#if PostgreSQL
public import ConversationHistory

extension PostgresConversationLibrary {
    private static var isOwned: String {
        """
        ($1::bytea IS NULL OR conversations.owner_user = $1)
          AND ($2::bytea IS NULL OR conversations.owner_organization = $2)
        """
    }

    /// Counts what the library holds, within the scope.
    public func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        if scope.isEmpty { return LibraryStatistics() }
        let conversations = PostgresCommand(
            """
            SELECT count(*) FILTER (WHERE deleted IS NULL), count(*) FILTER (WHERE deleted IS NOT NULL),
              coalesce(sum(entry_count) FILTER (WHERE deleted IS NULL), 0)::bigint,
              coalesce(sum(message_count) FILTER (WHERE deleted IS NULL), 0)::bigint
            FROM conversations WHERE \(Self.isOwned)
            """,
            PostgresCommand.owned(scope),
            isKept: false
        )
        let artifacts = PostgresCommand(
            """
            SELECT count(*) FILTER (WHERE version = 1), coalesce(sum(byte_count), 0)::bigint
            FROM artifacts JOIN conversations ON conversations.key = artifacts.conversation
            WHERE conversations.deleted IS NULL AND \(Self.isOwned)
            """,
            PostgresCommand.owned(scope),
            isKept: false
        )
        return try await read("count", [conversations, artifacts]) { (results) throws(PostgresFailure) in
            var statistics = LibraryStatistics()
            statistics.conversationCount = try results[0].int(0, 0)
            statistics.deletedCount = try results[0].int(0, 1)
            statistics.entryCount = try results[0].int(0, 2)
            statistics.messageCount = try results[0].int(0, 3)
            statistics.artifactCount = try results[1].int(0, 0)
            statistics.artifactBytes = try results[1].int(0, 1)
            return statistics
        }
    }

    /// Reads everything within the scope and reports what is damaged or does not fit together.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        if scope.isEmpty { return [] }
        var problems: [LibraryProblem] = []
        let ids = PostgresCommand(
            "SELECT id FROM conversations WHERE \(Self.isOwned) ORDER BY id",
            PostgresCommand.owned(scope),
            isKept: false
        )
        let found = try await read("verify", [ids, Self.strays(scope)]) { (results) throws(PostgresFailure) in
            var ids: [ConversationID] = []
            for row in 0..<results[0].count { ids.append(ConversationID(try results[0].requiredName(row, 0))) }
            return (ids: ids, strayCount: try results[1].int(0, 0))
        }
        if found.strayCount > 0 {
            let description = "Entries that no rewind has taken and no history has: \(found.strayCount)."
            problems.append(LibraryProblem(.stray, description: description))
        }
        for id in found.ids {
            let commands = SnapshotRows.commands(whole: id) + [Self.words(of: id), Self.artifactSoundness(of: id)]
            let found = try await read("verify", commands) { (results) throws(PostgresFailure) in
                try self.problems(of: id, results)
            }
            damage.note(id, isDamaged: found.contains { $0.kind == .damagedHistory })
            problems += found
        }
        return problems
    }

    /// Counts entries of lists that no rewind names.
    private static func strays(_ scope: LibraryScope) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT count(*) FROM entries JOIN conversations ON conversations.key = entries.conversation
            WHERE entries.list <> 0 AND \(isOwned) AND NOT EXISTS (
              SELECT FROM rewinds
              WHERE rewinds.conversation = entries.conversation AND rewinds.list = entries.list)
            """,
            PostgresCommand.owned(scope),
            isKept: false
        )
    }

    private static func words(of id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT convert_to(array_to_string(words, ' '), 'UTF8') FROM entries
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) AND list = 0 ORDER BY position
            """,
            [.name(id.rawValue)]
        )
    }

    /// Says of each version of the artifacts whether its bytes are those that were saved.
    private static func artifactSoundness(of id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT name, version, coalesce(sum(length(data)), 0) = byte_count
              AND count(number) = coalesce(max(number) + 1, 0) AND coalesce(bool_and(sha256(data) = digest), true)
            FROM artifacts LEFT JOIN artifact_chunks USING (conversation, name, version)
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1)
            GROUP BY name, version, byte_count ORDER BY name, version
            """,
            [.name(id.rawValue)]
        )
    }

    /// What is wrong with one conversation.
    private func problems(
        of id: ConversationID,
        _ results: [PostgresResult]
    ) throws(PostgresFailure) -> [LibraryProblem] {
        // It may have been purged meanwhile.
        if results[0].isEmpty { return [] }
        var problems: [LibraryProblem] = []
        var versions = ArtifactVersions()
        for row in 0..<results[5].count {
            let version = try results[5].int(row, 1)
            func reportArtifact(_ description: String) {
                problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
            }
            if !versions.isNext(version, of: try results[5].requiredName(row, 0)) {
                reportArtifact("An artifact has lost what came before version \(version).")
            }
            if try !results[5].bool(row, 2) {
                reportArtifact("An artifact is not as it was saved, in version \(version).")
            }
        }
        let snapshot: ConversationSnapshot<Message>
        let row: ConversationRow
        do throws(PostgresFailure) {
            row = try ConversationRow(results[0], 0)
        } catch { return problems + [try Self.problem(error, of: id)] }
        do throws(PostgresFailure) {
            snapshot = try SnapshotRows.snapshot(of: row, results, coding, "verify", pool.location)
        } catch {
            problems.append(try Self.problem(error, of: id))
            guard problems.last?.kind == .unreadableHistory else { return problems }
            do throws(PostgresFailure) {
                // A message that does not decode says nothing of what is stored behind it.
                let coding = SnapshotRowCoding<UninterpretedMessage>()
                _ = try SnapshotRows.snapshot(of: row, results, coding, "verify", pool.location)
            } catch {
                let problem = try Self.problem(error, of: id)
                if problem.kind == .damagedHistory { problems.append(problem) }
            }
            return problems
        }
        func report(_ description: String) {
            problems.append(LibraryProblem(.staleIndex, conversation: id, description: description))
        }
        if snapshot.messageCount != row.info.messageCount { report("The number of messages is another.") }
        if snapshot.origin != row.info.origin { report("The record of the fork is another.") }
        if try !areRight(results[4], for: snapshot) { report("The index has other words.") }
        return problems
    }

    /// What a failure to read a history says of it.
    private static func problem(
        _ error: PostgresFailure,
        of id: ConversationID
    ) throws(PostgresFailure) -> LibraryProblem {
        guard let (kind, description) = error.historyProblem else { throw error }
        return LibraryProblem(kind, conversation: id, description: description)
    }

    /// Whether the words of a history's entries are those by which they should be found.
    private func areRight(
        _ words: PostgresResult,
        for snapshot: ConversationSnapshot<Message>
    ) throws(PostgresFailure) -> Bool {
        guard words.count == snapshot.entries.count else { return false }
        for (row, entry) in snapshot.entries.enumerated() {
            guard try words.name(row, 0) == EntryWords.distinct(EntryRow.words(of: entry)) else { return false }
        }
        return true
    }
}
#endif
