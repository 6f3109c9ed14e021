#if SQLite
import CConversationHistorySQLite

/// A compiled SQL statement, finalised exactly once.
///
/// Parameters are numbered from 1 and columns from 0, as in SQLite.
struct SQLiteStatement: ~Copyable {
    let handle: OpaquePointer
    private let state: SQLiteConnectionState
    private var isFresh = true

    /// What compiling the first statement in some SQL has come to.
    struct Compilation {
        var result = SQLITE_OK
        /// `nil` if it failed, or if the SQL holds nothing but blanks and comments.
        var handle: OpaquePointer?
        /// The number of bytes behind the statement.
        var restCount = 0
    }

    /// Compiles the first statement in some SQL, which is UTF-8 text and only read while this runs.
    ///
    /// - Parameters:
    ///   - sql: The SQL.
    ///   - database: The connection, which must not be used on two threads at once.
    ///   - isKept: Whether the statement is to be run often.
    static func compile(
        _ sql: UnsafeBufferPointer<UInt8>,
        database: OpaquePointer,
        isKept: Bool
    ) -> Compilation {
        sql.withMemoryRebound(to: CChar.self) { text in
            var compilation = Compilation()
            var end: UnsafePointer<CChar>?
            let flags = isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
            compilation.result = sqlite3_prepare_v3(
                database,
                text.baseAddress,
                Int32(text.count),
                flags,
                &compilation.handle,
                &end
            )
            if let start = text.baseAddress, let end { compilation.restCount = text.count - (end - start) }
            return compilation
        }
    }

    /// Takes over what was compiled.
    init(_ compilation: Compilation, database: OpaquePointer, state: SQLiteConnectionState) throws(SQLiteFailure) {
        guard compilation.result == SQLITE_OK else {
            throw .call("sqlite3_prepare_v3", compilation.result, systemErrno: sqlite3_system_errno(database))
        }
        guard let handle = compilation.handle else { throw .call("sqlite3_prepare_v3", SQLITE_MISUSE) }
        self.handle = handle
        self.state = state
        state.counters.statementsPrepared += 1
    }

    deinit {
        // The result repeats the failure of the last step, which was thrown then.
        sqlite3_finalize(handle)
    }

    /// Runs the statement to its next row.
    ///
    /// - Returns: Whether there is a row; without one, the statement has done all that it does.
    mutating func step() throws(SQLiteFailure) -> Bool {
        if isFresh { state.counters.statementsRun += 1 }
        isFresh = false
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw .call("sqlite3_step", result, systemErrno: sqlite3_system_errno(sqlite3_db_handle(handle)))
        }
    }

    /// Runs a statement from which no rows are wanted, and makes it ready to be run again with other parameters.
    ///
    /// - Returns: The number of rows that it inserted, updated or deleted, if it is a statement that does.
    @discardableResult
    mutating func run() throws(SQLiteFailure) -> Int {
        while try step() {}
        reset()
        return Int(sqlite3_changes64(sqlite3_db_handle(handle)))
    }

    /// Makes the statement ready to be run again; parameters stay bound.
    mutating func reset() {
        // The result repeats the failure of the last step, which was thrown then.
        sqlite3_reset(handle)
        isFresh = true
    }

    /// Makes the statement as it was when it was compiled, so that it holds on to no data.
    mutating func clear() {
        reset()
        sqlite3_clear_bindings(handle)
    }
}
#endif
