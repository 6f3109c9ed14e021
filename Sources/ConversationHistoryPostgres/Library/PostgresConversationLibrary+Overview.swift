#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

extension PostgresConversationLibrary {
    private static var isOwned: String {
        """
        ($1::bytea IS NULL OR conversations.owner_user = $1)
          AND ($2::bytea IS NULL OR conversations.owner_organization = $2)
        """
    }

    /// Returns the SQL for a clamped sum of stored numbers, in which negative numbers count as 0.
    private static func sum(_ column: String, _ condition: String) -> String {
        "least(coalesce(sum(greatest(\(column), 0)) FILTER (WHERE \(condition)), 0), \(Int64.max))::bigint"
    }

    /// Counts the conversations, entries and artifacts within the scope.
    public func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        if scope.isEmpty { return LibraryStatistics() }
        let conversations = PostgresCommand(
            """
            SELECT count(*) FILTER (WHERE deleted IS NULL), count(*) FILTER (WHERE deleted IS NOT NULL),
              \(Self.sum("entry_count", "deleted IS NULL")), \(Self.sum("message_count", "deleted IS NULL"))
            FROM conversations WHERE \(Self.isOwned)
            """,
            PostgresCommand.owned(scope),
            isKept: false
        )
        let artifacts = PostgresCommand(
            """
            SELECT count(*) FILTER (WHERE version = 1), \(Self.sum("byte_count", "true"))
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

    /// Reads everything within the scope and reports damage and inconsistencies.
    ///
    /// Rows that row-level security hides from the role are not checked.
    ///
    /// - Throws: `HistoryStoreError`, with the code `permissionDenied` if row-level security hides all rows from the
    ///   role.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        if scope.isEmpty { return [] }
        var problems: [LibraryProblem] = []
        let ids = PostgresCommand(
            "SELECT id FROM conversations WHERE \(Self.isOwned) ORDER BY id",
            PostgresCommand.owned(scope),
            isKept: false
        )
        let commands = [ids, Self.strays(scope), Self.isRestricted]
        let found = try await read("verify", commands) { (results) throws(PostgresFailure) in
            let ids = (0..<results[0].count).map { results[0].id($0, 0) }
            return (ids: ids, strayCount: try results[1].int(0, 0), seesNothing: try results[2].bool(0, 1))
        }
        if found.seesNothing { throw notAllRows("verify") }
        if found.strayCount > 0 {
            let description = "Entries that no rewind has taken and no history has: \(found.strayCount)."
            problems.append(LibraryProblem(.stray, description: description))
        }
        for id in found.ids {
            let commands = SnapshotRows.commands(whole: id) + [Self.columns(of: id), Self.artifactSoundness(of: id)]
            let found = try await read("verify", commands) { (results) throws(PostgresFailure) in
                try self.problems(of: id, results)
            }
            damage.note(id, isDamaged: found.contains { $0.kind == .damagedHistory })
            problems += found
        }
        return problems
    }

    /// Returns the command that counts entries of lists without a rewind.
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

    /// Returns the command that reads the columns beside a history's encoded entries, which serve searches and counts.
    private static func columns(of id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT id, date, is_message, convert_to(array_to_string(words, ' '), 'UTF8') FROM entries
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) AND list = 0 ORDER BY position
            """,
            [.name(id.rawValue)]
        )
    }

    /// Returns the command that checks whether each version of the artifacts has the bytes that were saved.
    private static func artifactSoundness(of id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT name, version, type, coalesce(sum(length(data)), 0) = byte_count
              AND count(number) = coalesce(max(number)::numeric + 1, 0) AND coalesce(bool_and(sha256(data) = digest), true)
            FROM artifacts LEFT JOIN artifact_chunks USING (conversation, name, version)
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1)
            GROUP BY name, version, type, byte_count ORDER BY name, version
            """,
            [.name(id.rawValue)]
        )
    }

    /// Returns the problems of one conversation.
    private func problems(
        of id: ConversationID,
        _ results: [PostgresResult]
    ) throws(PostgresFailure) -> [LibraryProblem] {
        if results[0].isEmpty {
            // The conversation may have been purged meanwhile. An id that is not UTF-8 cannot be found.
            guard id.rawValue.contains("\u{FFFD}") else { return [] }
            return [LibraryProblem(.damagedHistory, conversation: id, description: "Its id may be damaged.")]
        }
        var problems: [LibraryProblem] = []
        var versions = ArtifactVersions()
        for row in 0..<results[5].count {
            let version = try results[5].int(row, 1)
            func reportArtifact(_ description: String) {
                problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
            }
            do throws(PostgresFailure) {
                _ = try results[5].name(row, 2)
                if try !versions.isNext(version, of: results[5].requiredName(row, 0)) {
                    reportArtifact("An artifact has lost what came before version \(version).")
                }
            } catch { reportArtifact("The name or the type of an artifact is damaged, in version \(version).") }
            if try !results[5].bool(row, 3) {
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
                // An undecodable message hides damage in later rows, so the rows are read again without decoding
                // messages.
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
        if Set(snapshot.entries.map(\.id)).count < snapshot.entries.count { report("An entry stands there twice.") }
        // The next save could not increment it.
        if row.revision == .max { report("The number of the last save is another.") }
        if snapshot.origin != row.info.origin { report("The record of the fork is another.") }
        for description in try indexProblems(results[4], of: snapshot) { report(description) }
        return problems
    }

    /// Returns the problem that a failure to read a history indicates.
    private static func problem(
        _ error: PostgresFailure,
        of id: ConversationID
    ) throws(PostgresFailure) -> LibraryProblem {
        guard let (kind, description) = error.historyProblem else { throw error }
        return LibraryProblem(kind, conversation: id, description: description)
    }

    /// Returns descriptions of columns that do not match the encoded entries of a history.
    private func indexProblems(
        _ columns: PostgresResult,
        of snapshot: ConversationSnapshot<Message>
    ) throws(PostgresFailure) -> [String] {
        guard columns.count == snapshot.entries.count else { return ["The index has another number of entries."] }
        var (hasOtherColumns, hasOtherWords) = (false, false)
        for (row, entry) in snapshot.entries.enumerated() {
            do throws(PostgresFailure) {
                let (id, date) = (try columns.requiredName(row, 0), try columns.date(row, 1))
                let isMessage = try columns.bool(row, 2)
                if !id.utf8.elementsEqual(entry.id.rawValue.utf8) || date != entry.date
                    || isMessage != (entry.message != nil)
                {
                    hasOtherColumns = true
                }
            } catch { hasOtherColumns = true }
            // The empty word marks an entry of another version, which every search reads.
            let words = try columns.name(row, 3)
            if words != "", words != EntryWords.distinct(EntryRow.words(of: entry)) { hasOtherWords = true }
        }
        var descriptions: [String] = []
        if hasOtherColumns { descriptions.append("The index has other ids, dates or kinds of entries.") }
        if hasOtherWords { descriptions.append("The index has other words.") }
        return descriptions
    }
}
#endif
