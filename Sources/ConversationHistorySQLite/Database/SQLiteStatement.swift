#if SQLite
import CConversationHistorySQLite

/// A compiled SQL statement, which is finalized exactly once.
///
/// Parameters are numbered from 1 and columns from 0, as in SQLite.
struct SQLiteStatement: ~Copyable {
    let handle: OpaquePointer
    private let state: SQLiteConnectionState
    private var isFresh = true

    /// The result of compiling the first statement of an SQL text.
    struct Compilation {
        var result = SQLITE_OK
        /// `nil` if the compilation failed, or if the SQL contains only whitespace and comments.
        var handle: OpaquePointer?
        /// The number of bytes after the statement.
        var restCount = 0
    }

    /// Compiles the first statement of an SQL text.
    ///
    /// - Parameters:
    ///   - sql: The SQL in UTF-8, which is read only during this call.
    ///   - database: The connection, which must not be used on two threads at the same time.
    ///   - isKept: Whether the statement will be run often.
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

    /// Takes ownership of a compiled statement.
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
        // The result repeats the failure of the last step, which was already thrown.
        sqlite3_finalize(handle)
    }

    /// Advances the statement to its next row.
    ///
    /// - Returns: Whether there is a row. If not, the statement has finished.
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

    /// Runs the statement to its end, ignores its rows, and resets it for another run.
    ///
    /// - Returns: The number of rows that it inserted, updated or deleted, if it is such a statement.
    @discardableResult
    mutating func run() throws(SQLiteFailure) -> Int {
        while try step() {}
        reset()
        return Int(sqlite3_changes64(sqlite3_db_handle(handle)))
    }

    /// Resets the statement for another run; its parameters stay bound.
    mutating func reset() {
        // The result repeats the failure of the last step, which was already thrown.
        sqlite3_reset(handle)
        isFresh = true
    }

    /// Resets the statement and clears its bindings, so that it holds no data.
    mutating func clear() {
        reset()
        sqlite3_clear_bindings(handle)
    }
}
#endif
