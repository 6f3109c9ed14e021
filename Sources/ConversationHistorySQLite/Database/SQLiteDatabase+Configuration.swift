#if SQLite
import CConversationHistorySQLite
import ConversationHistory

/// How a connection is opened.
struct SQLiteOptions: Sendable {
    /// Whether the file is created, with mode 0600, if there is none.
    var createsFile = true

    /// The application that the database must belong to, unless it is empty; `nil` for any.
    ///
    /// It is looked at before anything about the file is changed.
    var applicationID: Int32?

    /// What a commit that has returned survives.
    var durability = Durability.full

    /// How long a call waits for a lock.
    var busyTimeout = Duration.seconds(10)

    /// Whether the connection refuses to change anything.
    var isQueryOnly = false
}

extension SQLiteDatabase {
    /// Whether there is nothing in the database, not even a mark of whose it is.
    var isEmpty: Bool {
        get throws(SQLiteFailure) {
            let marks = try (Int(applicationID), userVersion)
            let objects = try integer("SELECT count(*) FROM sqlite_schema")
            return marks == (0, 0) && objects == 0
        }
    }

    /// The number that says which application the database belongs to; 0 if none.
    var applicationID: Int32 {
        get throws(SQLiteFailure) { Int32(truncatingIfNeeded: try integer("PRAGMA application_id")) }
    }

    /// The version of the schema; 0 if there is none.
    var userVersion: Int {
        get throws(SQLiteFailure) { Int(try integer("PRAGMA user_version")) }
    }

    /// Sets whose the database is; undone with the transaction.
    func setApplicationID(_ id: Int32) throws(SQLiteFailure) { try setPragma("application_id = \(id)") }

    /// Sets the version of the schema; undone with the transaction.
    func setUserVersion(_ version: Int) throws(SQLiteFailure) { try setPragma("user_version = \(version)") }

    /// Makes a fresh connection durable and strict.
    func configure(_ options: SQLiteOptions) throws(SQLiteFailure) {
        let (seconds, attoseconds) = options.busyTimeout.components
        let milliseconds = seconds.multipliedReportingOverflow(by: 1_000)
        let total = milliseconds.overflow ? Int64.max : milliseconds.partialValue + attoseconds / 1_000_000_000_000_000
        sqlite3_busy_timeout(handle, Int32(clamping: total))
        try setOption(SQLITE_DBCONFIG_DEFENSIVE, "DEFENSIVE", to: true)
        // So that a misspelt name is a failure, rather than a text.
        try setOption(SQLITE_DBCONFIG_DQS_DML, "DQS_DML", to: false)
        try setOption(SQLITE_DBCONFIG_DQS_DDL, "DQS_DDL", to: false)
        try setPragma("trusted_schema = OFF")
        try setPragma("cell_size_check = ON")
        try setPragma("foreign_keys = ON")
        try checkApplication(options)
        // Nothing in the file was changed up to here.
        if !isReadOnly { try useWriteAheadLog(timeout: options.busyTimeout) }
        try synchronize(options.durability)
        if options.isQueryOnly { try setPragma("query_only = ON") }
    }

    /// Sets what a commit that has returned survives.
    func synchronize(_ durability: Durability) throws(SQLiteFailure) {
        switch durability {
        case .full:
            try setPragma("synchronous = FULL")
            // Of use on Apple's systems only, where `fsync` may leave data in the drive's cache; no change elsewhere.
            try setPragma("fullfsync = ON")
            try setPragma("checkpoint_fullfsync = ON")
        case .processCrash:
            try setPragma("synchronous = NORMAL")
        }
    }

    /// Keeps in memory what a transaction would be undone with: a process that is killed leaves the file worthless, and no
    /// file beside it.
    func keepJournalInMemory() throws(SQLiteFailure) { try setPragma("journal_mode = MEMORY") }

    /// Lets the tables be changed of which a full-text index consists, as some systems do not unless asked to.
    func allowChangesOfShadowTables() throws(SQLiteFailure) {
        try setOption(SQLITE_DBCONFIG_DEFENSIVE, "DEFENSIVE", to: false)
    }

    /// Refuses a database of another application.
    private func checkApplication(_ options: SQLiteOptions) throws(SQLiteFailure) {
        guard let expected = options.applicationID else { return }
        // Of one moment: another process may be about to create the tables.
        let isForeign = try readTransaction { (database) throws(SQLiteFailure) in
            if try database.applicationID == expected { return false }
            return try !database.isEmpty
        }
        if isForeign { throw .foreignDatabase }
    }

    /// Changes to the write-ahead log, which lasts for as long as the file.
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
                // The change needs the file for itself, and is refused at once where a commit would wait.
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

    /// Returns the one integer that a query gives.
    func integer(_ sql: StaticString) throws(SQLiteFailure) -> Int64 {
        try withStatement(sql) { (statement) throws(SQLiteFailure) in
            guard try statement.step() else { throw .call("sqlite3_step", SQLITE_MISMATCH) }
            return try statement.int64(at: 0)
        }
    }
}
#endif
