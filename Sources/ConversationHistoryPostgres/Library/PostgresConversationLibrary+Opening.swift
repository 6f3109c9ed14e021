#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

extension PostgresConversationLibrary {
    private static var messageFormatName: String { "message-format" }

    /// How long a step of a migration may take at least.
    private static var migrationPatience: Duration { .seconds(3600) }

    /// Sees to it that the schema is there and current, that it holds messages of this type, and that the words of the
    /// entries were made by the current rules.
    func prepare() async throws(PostgresFailure) {
        while try await !isReady() {
            // However long another process takes to bring the library up to date, it is waited for.
        }
    }

    /// Makes the library ready, unless another one is about it for longer than a lock is waited for.
    private func isReady() async throws(PostgresFailure) -> Bool {
        do throws(PostgresFailure) {
            switch try await pool.read({ (session) throws(PostgresFailure) in try state(session) }) {
            case .ready: return true
            case .missing where !pool.configuration.createsIfMissing: throw .noLibrary
            case .missing, .old: break
            }
            try await pool.write { (session) throws(PostgresFailure) in
                try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                    // One after the other, in whatever process; whoever comes later finds that it was done.
                    _ = try session.run([migrationLock])
                    let patience = session.patience
                    defer { session.patience = patience }
                    session.patience = max(patience, Self.migrationPatience)
                    try migrate(session)
                    try label(session)
                }
            }
            return true
        } catch {
            if error.sqlState == PostgresState.lockNotAvailable { return false }
            // The name itself is one that the database cannot hold.
            if error.sqlState == PostgresState.untranslatable { throw .invalidSchemaName }
            throw error
        }
    }

    /// Keeps others from changing the schema, and who may work with it, until the transaction ends.
    var migrationLock: PostgresCommand {
        PostgresCommand(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("conversation-history:" + pool.configuration.schema)]
        )
    }

    /// What there is; asked outside of a transaction, since a table that is missing would end it.
    private func state(_ session: PostgresSession) throws(PostgresFailure) -> FoundState {
        do throws(PostgresFailure) {
            let result = try session.run([Self.readProperties])
            let properties = try Self.properties(result[0])
            guard try version(properties) == LibrarySchema.version else { return .old }
            return try isLabelled(properties) ? .ready : .old
        } catch {
            switch error.sqlState {
            case PostgresState.undefinedTable:
                // What is in a schema that a role may not use looks to it as if it were not there.
                let usable = PostgresCommand(
                    """
                    SELECT NOT EXISTS (
                      SELECT FROM pg_namespace WHERE nspname = $1 AND NOT has_schema_privilege(oid, 'USAGE'))
                    """,
                    [.text(pool.configuration.schema)],
                    isKept: false
                )
                guard try session.run([usable])[0].bool(0, 0) else {
                    throw .call("has_schema_privilege", PostgresState.insufficientPrivilege)
                }
                return .missing
            case PostgresState.undefinedColumn: throw .foreignSchema
            default: throw error
            }
        }
    }

    private static var readProperties: PostgresCommand {
        PostgresCommand("SELECT convert_to(name, 'UTF8'), convert_to(value, 'UTF8') FROM properties", isKept: false)
    }

    private static func properties(_ result: PostgresResult) throws(PostgresFailure) -> [String: String] {
        var properties: [String: String] = [:]
        for row in 0..<result.count {
            properties[try result.requiredName(row, 0)] = try result.requiredName(row, 1)
        }
        return properties
    }

    private static func setProperty(_ name: String, _ value: String) -> PostgresCommand {
        PostgresCommand(
            """
            INSERT INTO properties(name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """,
            [.text(name), .text(value)]
        )
    }

    // MARK: - The schema

    private func version(_ properties: [String: String]) throws(PostgresFailure) -> Int {
        guard properties[LibrarySchema.formatName] == LibrarySchema.format,
            let version = properties[LibrarySchema.versionName].flatMap(Int.init)
        else { throw .foreignSchema }
        guard version <= LibrarySchema.version else {
            throw .newerSchema(found: version, known: LibrarySchema.version)
        }
        return version
    }

    private func migrate(_ session: PostgresSession) throws(PostgresFailure) {
        let schema = PostgresSettings.quoted(pool.configuration.schema)
        // Those who may not create a schema can use one that is there.
        let found = try session.run([
            PostgresCommand(
                """
                SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1),
                  to_regclass(format('%I.properties', $1)) IS NOT NULL
                """,
                [.text(pool.configuration.schema)]
            )
        ])
        if try !found[0].bool(0, 0) { _ = try session.run([PostgresCommand("CREATE SCHEMA \(schema)", isKept: false)]) }
        var version = 0
        if try found[0].bool(0, 1) {
            version = try self.version(Self.properties(try session.run([Self.readProperties])[0]))
            guard version < LibrarySchema.version else { return }
            _ = try session.run([LibrarySchema.beginMigration])
        }
        do throws(PostgresFailure) {
            for step in LibrarySchema.steps[version...] {
                _ = try session.run(step.map { PostgresCommand($0, isKept: false) })
            }
        } catch {
            let isTaken = [PostgresState.duplicateTable, PostgresState.duplicateFunction].contains(error.sqlState)
            throw isTaken ? .foreignSchema : error
        }
        _ = try session.run([
            Self.setProperty(LibrarySchema.formatName, LibrarySchema.format),
            Self.setProperty(LibrarySchema.versionName, String(LibrarySchema.version)),
        ])
    }

    // MARK: - What it holds

    private func isLabelled(_ properties: [String: String]) throws(PostgresFailure) -> Bool {
        guard let format = properties[Self.messageFormatName] else { return false }
        guard format == Message.formatName else {
            let error = HistoryStoreError(
                .wrongMessageType,
                operation: "open",
                location: pool.location,
                reason: "The library holds messages of the type \"\(format)\", not \"\(Message.formatName)\"."
            )
            throw .refused(error)
        }
        // What a later version has made is left to it.
        return (properties[LibrarySchema.searchVersionName].flatMap(Int.init) ?? 0) >= SearchTokenizer.version
    }

    private func label(_ session: PostgresSession) throws(PostgresFailure) {
        let properties = try Self.properties(try session.run([Self.readProperties])[0])
        if try isLabelled(properties) { return }
        try rebuildWords(session)
        _ = try session.run([
            Self.setProperty(Self.messageFormatName, Message.formatName),
            Self.setProperty(LibrarySchema.searchVersionName, String(SearchTokenizer.version)),
        ])
    }

    /// Makes the words of all entries anew, some at a time; one that is damaged has none.
    private func rebuildWords(_ session: PostgresSession) throws(PostgresFailure) {
        // Writers wait: an entry that moved meanwhile would get the words of another.
        _ = try session.run([PostgresCommand("LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE", isKept: false)])
        try session.eachRow(
            of: PostgresCommand("SELECT conversation, list, position, body FROM entries", isKept: false),
            count: 500
        ) { (rows) throws(PostgresFailure) in
            var (conversations, lists, positions): ([Int], [Int], [Int]) = ([], [], [])
            var words: [String?] = []
            for row in 0..<rows.count {
                conversations.append(try rows.int(row, 0))
                lists.append(try rows.int(row, 1))
                positions.append(try rows.int(row, 2))
                words.append(
                    rows.withBytes(row, 3) { bytes in
                        do throws(SnapshotDecodingError) {
                            return EntryWords.distinct(EntryRow.words(of: try coding.entry(bytes)))
                        } catch { return nil }
                    }
                )
            }
            _ = try session.run([
                PostgresCommand(
                    """
                    UPDATE entries SET words = string_to_array(given.words, ' ')
                    FROM unnest($1, $2, $3, $4) AS given(conversation, list, position, words)
                    WHERE entries.conversation = given.conversation AND entries.list = given.list
                      AND entries.position = given.position
                    """,
                    [.ints(conversations), .ints(lists), .ints(positions), .texts(words)]
                )
            ])
            return true
        }
    }
}

/// What is found where a library is to be.
private enum FoundState: Sendable {
    /// Nothing, or nothing that is a library.
    case missing
    /// A library that an older version of this package has made.
    case old
    /// A library as this version makes it.
    case ready
}
#endif
