#if SQLite
import CConversationHistorySQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

extension SQLiteConversationLibrary {
    /// Counts the content of the library within the scope.
    public func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        if scope.isEmpty { return LibraryStatistics() }
        return try await read("count") { (database) throws(SQLiteFailure) in
            var statistics = LibraryStatistics()
            try database.withStatement(
                """
                SELECT count(*) FILTER (WHERE deleted IS NULL), count(*) FILTER (WHERE deleted IS NOT NULL),
                  ifnull(sum(entry_count) FILTER (WHERE deleted IS NULL AND entry_count BETWEEN 0 AND ?3), 0),
                  ifnull(sum(message_count) FILTER (WHERE deleted IS NULL AND message_count BETWEEN 0 AND ?3), 0)
                FROM conversations
                WHERE (?1 IS NULL OR owner_user = ?1) AND (?2 IS NULL OR owner_organization = ?2)
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(scope, at: 1)
                // The counts are read from the file, so they may have any value.
                try statement.bind(ConversationRow.largestCount, at: 3)
                guard try statement.step() else { return }
                statistics.conversationCount = try statement.int(at: 0)
                statistics.deletedCount = try statement.int(at: 1)
                statistics.entryCount = try statement.int(at: 2)
                statistics.messageCount = try statement.int(at: 3)
            }
            try database.withStatement(
                """
                SELECT count(*) FILTER (WHERE artifacts.version = 1), ifnull(sum(length(artifacts.data)), 0)
                FROM artifacts JOIN conversations ON conversations.key = artifacts.conversation
                WHERE conversations.deleted IS NULL AND (?1 IS NULL OR conversations.owner_user = ?1)
                  AND (?2 IS NULL OR conversations.owner_organization = ?2)
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(scope, at: 1)
                guard try statement.step() else { return }
                statistics.artifactCount = try statement.int(at: 0)
                statistics.artifactBytes = try statement.int(at: 1)
            }
            return statistics
        }
    }

    /// Reads everything within the scope, and reports damage and inconsistencies.
    ///
    /// The file itself and the full-text index are checked regardless of the scope. No other caller has to wait
    /// meanwhile. The index is checked in a copy, which needs room in the system's temporary directory.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        var problems = try await read("verify") { (database) throws(SQLiteFailure) in
            try database.findDamage(.full).map { LibraryProblem(.damagedStorage, description: $0) }
        }
        // In a damaged file, the content may not be readable at all.
        guard problems.isEmpty else { return problems }
        // A scoped library must not reveal other content.
        if scope == .everyone { problems += try await strays() }
        if try await !isIndexSound() {
            problems.append(LibraryProblem(.staleIndex, description: "The full-text index is damaged."))
        }
        for id in try await ids() {
            let found = try await read("verify") { (database) throws(SQLiteFailure) in
                try self.problems(of: id, in: database)
            }
            damage.note(id, isDamaged: found.contains { $0.kind == .damagedHistory })
            problems += found
        }
        return problems
    }

    private func ids() async throws(HistoryStoreError) -> [ConversationID] {
        if scope.isEmpty { return [] }
        return try await read("verify") { (database) throws(SQLiteFailure) in
            try database.withStatement(
                """
                SELECT id FROM conversations
                WHERE (?1 IS NULL OR owner_user = ?1) AND (?2 IS NULL OR owner_organization = ?2) ORDER BY id
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(scope, at: 1)
                var ids: [ConversationID] = []
                while try statement.step() { ids.append(ConversationID(try statement.repairedText(at: 0))) }
                return ids
            }
        }
    }

    private func strays() async throws(HistoryStoreError) -> [LibraryProblem] {
        let count = try await read("verify") { (database) throws(SQLiteFailure) in
            try database.withStatement(
                "SELECT count(*) FROM entries WHERE NOT EXISTS (SELECT 1 FROM history WHERE history.entry = entries.key)"
            ) { (statement) throws(SQLiteFailure) in try statement.step() ? try statement.int(at: 0) : 0 }
        }
        let wordCount = try await read("verify") { (database) throws(SQLiteFailure) in
            // The words of entries that were just removed are still pending removal.
            try database.withStatement(
                """
                SELECT count(*) FROM search WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.key = search.rowid)
                  AND NOT EXISTS (SELECT 1 FROM removed_entries WHERE removed_entries.key = search.rowid)
                """
            ) { (statement) throws(SQLiteFailure) in try statement.step() ? try statement.int(at: 0) : 0 }
        }
        var problems: [LibraryProblem] = []
        if count > 0 {
            problems.append(LibraryProblem(.stray, description: "Entries that belong to no conversation: \(count)."))
        }
        if wordCount > 0 {
            let description = "The full-text index has words of entries that are not there: \(wordCount)."
            problems.append(LibraryProblem(.staleIndex, description: description))
        }
        return problems
    }

    /// Checks whether the full-text index agrees with its words.
    private func isIndexSound() async throws(HistoryStoreError) -> Bool {
        do throws(SQLiteFailure) {
            return try await pool.withReader { (database) throws(SQLiteFailure) in try database.isSearchIndexSound() }
        } catch { throw HistoryStoreError(error, operation: "verify", location: pool.path) }
    }

    /// Returns the problems of one conversation.
    private func problems(
        of id: ConversationID,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> [LibraryProblem] {
        let snapshot: ConversationSnapshot<Message>
        let row: ConversationRow
        do throws(SQLiteFailure) {
            guard let found = try database.conversation(id) else {
                // The conversation may have been purged meanwhile. A damaged id cannot be looked up, so it is reported.
                guard id.rawValue.unicodeScalars.contains("\u{FFFD}") else { return [] }
                return [LibraryProblem(.damagedHistory, conversation: id, description: "Its id may be damaged.")]
            }
            row = found
        } catch { return [try Self.problem(error, of: id)] }
        do throws(SQLiteFailure) {
            snapshot = try database.snapshot(of: row, coding, "verify")
        } catch {
            var problems = [try Self.problem(error, of: id)]
            guard problems[0].kind == .unreadableHistory else { return problems }
            do throws(SQLiteFailure) {
                // An undecodable message stops the reading, so damage after it would be missed.
                let coding = SnapshotRowCoding<UninterpretedMessage>()
                _ = try database.snapshot(of: row, coding, "verify")
            } catch {
                let problem = try Self.problem(error, of: id)
                if problem.kind == .damagedHistory { problems.append(problem) }
            }
            return problems + (try damagedArtifacts(of: id, row.key, in: database))
        }
        var problems = try damagedArtifacts(of: id, row.key, in: database)
        func report(_ description: String) {
            problems.append(LibraryProblem(.staleIndex, conversation: id, description: description))
        }
        if snapshot.messageCount != row.info.messageCount { report("The number of messages is another.") }
        if snapshot.origin != row.info.origin { report("The record of the fork is another.") }
        if Set(snapshot.entries.map(\.id)).count < snapshot.entries.count { report("An entry stands there twice.") }
        // The next save could not increment the revision.
        if row.revision == .max { report("The number of the last save is another.") }
        for description in try indexProblems(of: row.key, snapshot, in: database) { report(description) }
        return problems
    }

    /// Returns the problem for a failure to read a history, or rethrows the failure.
    private static func problem(_ error: SQLiteFailure, of id: ConversationID) throws(SQLiteFailure) -> LibraryProblem {
        guard let (kind, description) = error.historyProblem else { throw error }
        return LibraryProblem(kind, conversation: id, description: description)
    }

    /// Returns the problems of damaged artifacts.
    private func damagedArtifacts(
        of id: ConversationID,
        _ key: Int64,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> [LibraryProblem] {
        try database.withStatement(
            """
            SELECT name, version, data, checksum, type, created FROM artifacts
            WHERE conversation = ?1 ORDER BY name, version
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            var problems: [LibraryProblem] = []
            func report(_ description: String) {
                problems.append(LibraryProblem(.damagedArtifact, conversation: id, description: description))
            }
            var versions = ArtifactVersions()
            while try statement.step() {
                let version = try statement.int(at: 1)
                do throws(SQLiteFailure) {
                    _ = (try statement.textIfPresent(at: 4), try statement.date(at: 5))
                    if try !versions.isNext(version, of: statement.text(at: 0)) {
                        report("An artifact has lost what came before version \(version).")
                    }
                } catch {
                    guard error.isAboutValue else { throw error }
                    report("The name, the type or the date of an artifact is damaged, in version \(version).")
                }
                if try !statement.isChecked(at: 2) {
                    report("An artifact is not as it was saved, in version \(version).")
                }
            }
            return problems
        }
    }

    /// Returns how the columns and the search index of a history differ from the lines of its entries.
    private func indexProblems(
        of key: Int64,
        _ snapshot: ConversationSnapshot<Message>,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> [String] {
        try database.withStatement(
            """
            SELECT entries.id, entries.date, history.is_message, search.words
            FROM history JOIN entries ON entries.key = history.entry LEFT JOIN search ON search.rowid = history.entry
            WHERE history.conversation = ?1 AND history.list = 0 ORDER BY history.position
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            var (hasOtherColumns, hasOtherWords) = (false, false)
            for entry in snapshot.entries {
                guard try statement.step() else { return ["The index has fewer entries."] }
                do throws(SQLiteFailure) {
                    let (id, date) = (try statement.text(at: 0), try statement.dateIfPresent(at: 1))
                    let isMessage = try statement.int(at: 2)
                    if !id.utf8.elementsEqual(entry.id.rawValue.utf8) || date != entry.date
                        || isMessage != (entry.message == nil ? 0 : 1)
                    {
                        hasOtherColumns = true
                    }
                    let words = try statement.textIfPresent(at: 3) ?? ""
                    // An entry that another version wrote is marked so that every search reads it.
                    if words != LibrarySchema.unknownWords, words != EntryRow.words(of: entry) { hasOtherWords = true }
                } catch {
                    guard error.isAboutValue else { throw error }
                    hasOtherColumns = true
                }
            }
            var descriptions: [String] = []
            if hasOtherColumns { descriptions.append("The index has other ids, dates or kinds of entries.") }
            if hasOtherWords { descriptions.append("The full-text index has other words.") }
            return descriptions
        }
    }
}
#endif
