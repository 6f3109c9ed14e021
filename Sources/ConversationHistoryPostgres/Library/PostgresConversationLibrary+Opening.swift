#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

extension PostgresConversationLibrary {
    private static var messageFormatName: String { "message-format" }

    /// The least time that a migration step may take.
    private static var migrationPatience: Duration { .seconds(3600) }

    /// Ensures that the schema exists and is current, holds messages of this type, and has up-to-date words.
    func prepare() async throws(PostgresFailure) {
        while try await !isReady() {
            // Another process may be migrating the library, however long that takes.
        }
    }

    /// Prepares the library; returns `false` if another process holds a lock on it for too long.
    private func isReady() async throws(PostgresFailure) -> Bool {
        do throws(PostgresFailure) {
            switch try await pool.read({ (session) throws(PostgresFailure) in try state(session) }) {
            case .ready: return true
            case .missing where !pool.configuration.createsIfMissing: throw .noLibrary
            case .missing, .old: break
            }
            try await pool.write { (session) throws(PostgresFailure) in
                try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                    // Processes take turns here; the later ones find the work done.
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
            // The encoding of the database cannot represent the schema name.
            if error.sqlState == PostgresState.untranslatable { throw .invalidSchemaName }
            throw error
        }
    }

    /// The command that locks the schema, and the rights to use it, until the transaction ends.
    var migrationLock: PostgresCommand {
        PostgresCommand(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))",
            [.text("conversation-history:" + pool.configuration.schema)]
        )
    }

    /// Returns the state of the schema; runs outside of a transaction, because a missing table would end one.
    private func state(_ session: PostgresSession) throws(PostgresFailure) -> FoundState {
        do throws(PostgresFailure) {
            let result = try session.run([Self.readProperties])
            let properties = try Self.properties(result[0])
            guard try version(properties) == LibrarySchema.version else { return .old }
            return try isLabelled(properties) ? .ready : .old
        } catch {
            switch error.sqlState {
            case PostgresState.undefinedTable:
                // The contents of a schema look missing to a role that may not use the schema.
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
        // A role that may not create a schema can still use an existing one.
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

    // MARK: - Contents

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
        // Words of a later version stay as they are.
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

    /// Recreates the words of all entries in batches; a damaged entry gets none.
    private func rebuildWords(_ session: PostgresSession) throws(PostgresFailure) {
        // Writers have to wait, because an entry that moves meanwhile would get the words of another.
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

/// The state of a schema.
private enum FoundState: Sendable {
    /// The schema is missing or contains no library.
    case missing
    /// The library was created by an older version of this package.
    case old
    /// The library is up to date.
    case ready
}
#endif
