#if SQLite
import CConversationHistorySQLite
import ConversationHistory

/// The options of a connection.
struct SQLiteOptions: Sendable {
    /// Whether to create a missing file, with mode 0600.
    var createsFile = true

    /// The application id that a database with content must have, or `nil` to accept any.
    ///
    /// It is checked before anything in the file changes.
    var applicationID: Int32?

    /// The failures that a completed commit survives.
    var durability = Durability.full

    /// The maximum time that a call waits for a lock.
    var busyTimeout = Duration.seconds(10)

    /// Whether the connection rejects all changes.
    var isQueryOnly = false
}

extension SQLiteDatabase {
    /// Whether the database has no schema objects, no application id and no version.
    var isEmpty: Bool {
        get throws(SQLiteFailure) {
            let marks = try (Int(applicationID), userVersion)
            let objects = try integer("SELECT count(*) FROM sqlite_schema")
            return marks == (0, 0) && objects == 0
        }
    }

    /// The id of the application that the database belongs to, or 0.
    var applicationID: Int32 {
        get throws(SQLiteFailure) { Int32(truncatingIfNeeded: try integer("PRAGMA application_id")) }
    }

    /// The schema version, or 0 in a new database.
    var userVersion: Int {
        get throws(SQLiteFailure) { Int(try integer("PRAGMA user_version")) }
    }

    /// Sets the application id; a rollback undoes this.
    func setApplicationID(_ id: Int32) throws(SQLiteFailure) { try setPragma("application_id = \(id)") }

    /// Sets the schema version; a rollback undoes this.
    func setUserVersion(_ version: Int) throws(SQLiteFailure) { try setPragma("user_version = \(version)") }

    /// Configures a new connection for durability and strict checks.
    func configure(_ options: SQLiteOptions) throws(SQLiteFailure) {
        let (seconds, attoseconds) = options.busyTimeout.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        let total = milliseconds.overflow ? Int64.max : milliseconds.partialValue + attoseconds / 1_000_000_000_000_000
        sqlite3_busy_timeout(handle, Int32(clamping: total))
        try setOption(SQLITE_DBCONFIG_DEFENSIVE, "DEFENSIVE", to: true)
        // Without this, SQLite reads a misspelled name in double quotes as text.
        try setOption(SQLITE_DBCONFIG_DQS_DML, "DQS_DML", to: false)
        try setOption(SQLITE_DBCONFIG_DQS_DDL, "DQS_DDL", to: false)
        try setPragma("trusted_schema = OFF")
        try setPragma("cell_size_check = ON")
        try setPragma("foreign_keys = ON")
        try checkApplication(options)
        // Nothing in the file has changed up to this point.
        if !isReadOnly { try useWriteAheadLog(timeout: options.busyTimeout) }
        try synchronize(options.durability)
        if options.isQueryOnly { try setPragma("query_only = ON") }
    }

    /// Sets the failures that a completed commit survives.
    func synchronize(_ durability: Durability) throws(SQLiteFailure) {
        switch durability {
        case .full:
            try setPragma("synchronous = FULL")
            // These matter only on Apple's systems, where `fsync` may leave data in the drive's cache.
            try setPragma("fullfsync = ON")
            try setPragma("checkpoint_fullfsync = ON")
        case .processCrash:
            try setPragma("synchronous = NORMAL")
        }
    }

    /// Keeps the rollback journal in memory.
    ///
    /// If the process is killed, the database file is worthless, but no journal file is left beside it.
    func keepJournalInMemory() throws(SQLiteFailure) { try setPragma("journal_mode = MEMORY") }

    /// Allows changes to the shadow tables of a full-text index, which some systems forbid by default.
    func allowChangesOfShadowTables() throws(SQLiteFailure) {
        try setOption(SQLITE_DBCONFIG_DEFENSIVE, "DEFENSIVE", to: false)
    }

    /// Throws if the database belongs to another application.
    private func checkApplication(_ options: SQLiteOptions) throws(SQLiteFailure) {
        guard let expected = options.applicationID else { return }
        // One transaction reads both values, because another process may be about to create the tables.
        let isForeign = try readTransaction { (database) throws(SQLiteFailure) in
            if try database.applicationID == expected { return false }
            return try !database.isEmpty
        }
        if isForeign { throw .foreignDatabase }
    }

    /// Switches the database file to the write-ahead log, permanently.
    private func useWriteAheadLog(timeout: Duration) throws(SQLiteFailure) {
        let end = ContinuousClock.now + timeout
        while true {
            do throws(SQLiteFailure) {
                let mode = try withUncachedStatement("PRAGMA journal_mode = WAL") {
                    (statement) throws(SQLiteFailure) in
                    try statement.step() ? try statement.text(at: 0) : ""
                }
                guard mode == "wal" else { throw .noWriteAheadLog }
                return
            } catch {
                // The switch needs exclusive access to the file. Unlike a commit, it fails at once instead of waiting.
                guard error.primaryCode == SQLITE_BUSY, ContinuousClock.now < end else { throw error }
                sqlite3_sleep(5)
            }
        }
    }

    /// Runs a pragma that sets a value.
    private func setPragma(_ pragma: String) throws(SQLiteFailure) {
        try withUncachedStatement("PRAGMA " + pragma) { (statement) throws(SQLiteFailure) in
            _ = try statement.run()
        }
    }

    private func setOption(_ option: Int32, _ name: String, to isOn: Bool) throws(SQLiteFailure) {
        let result = conversation_history_sqlite_configure(handle, option, isOn ? 1 : 0)
        guard result == SQLITE_OK else { throw .call("sqlite3_db_config(\(name))", result) }
    }

    /// Returns the single integer that a query yields.
    func integer(_ sql: StaticString) throws(SQLiteFailure) -> Int64 {
        try withStatement(sql) { (statement) throws(SQLiteFailure) in
            guard try statement.step() else { throw .call("sqlite3_step", SQLITE_MISMATCH) }
            return try statement.int64(at: 0)
        }
    }
}
#endif
