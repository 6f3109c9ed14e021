#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles

/// A connection to a database, which is closed exactly once.
///
/// SQLite's own locks are off, so the holder of this value must use it on only one thread at a time. It is not
/// `Sendable`, but an actor may hold it.
///
/// Nothing else in the process may open the file, even to read it: closing any descriptor of the file releases the
/// locks that SQLite holds, because POSIX locks work that way.
struct SQLiteDatabase: ~Copyable {
    let handle: OpaquePointer

    /// The path of the file, with a symbolic link in the last component resolved.
    let path: String

    /// The identity of the file if it was opened as immutable; otherwise `nil`.
    let unchanging: FileIdentity?

    private let state: SQLiteConnectionState

    private init(handle: OpaquePointer, path: String, unchanging: FileIdentity?) {
        self.handle = handle
        self.path = path
        self.unchanging = unchanging
        state = SQLiteConnectionState()
    }

    deinit {
        // Statements go first: otherwise the connection stays open until the last of them is finalized.
        state.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Opens a database and configures the connection for durability and strict checks.
    ///
    /// - Parameters:
    ///   - path: An absolute path, or one relative to the working directory. The directory must exist. A symbolic link
    ///     in the last component is followed.
    ///   - options: The options of the connection.
    static func open(path: String, _ options: SQLiteOptions = SQLiteOptions()) throws(SQLiteFailure) -> SQLiteDatabase {
        guard sqlite3_threadsafe() != 0, SQLiteVersion.linked >= .minimum else { throw .unsuitableLibrary }
        let realPath = try prepareFile(path, options)
        let database = try open(realPath: realPath)
        try database.configure(options)
        return database
    }

    /// Opens the file at a path without changing it.
    static func open(realPath: String) throws(SQLiteFailure) -> SQLiteDatabase {
        let unchanging = try unchanging(realPath)
        let name = unchanging == nil ? realPath : uri(realPath) + "?immutable=1"
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        flags |= unchanging == nil ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        var handle: OpaquePointer?
        let result = sqlite3_open_v2(name, &handle, flags, nil)
        guard let handle else { throw .call("sqlite3_open_v2", result) }
        // From here on the connection is closed on every path. SQLite requires that even after a failure to open.
        let database = SQLiteDatabase(handle: handle, path: realPath, unchanging: unchanging)
        guard result == SQLITE_OK else {
            throw .call("sqlite3_open_v2", result, systemErrno: sqlite3_system_errno(handle))
        }
        return database
    }

    /// Creates the file if the options ask for it, and returns a path that has no special meaning to SQLite.
    private static func prepareFile(_ path: String, _ options: SQLiteOptions) throws(SQLiteFailure) -> String {
        do throws(FileFailure) {
            let file = try DurableFile.open(path: path)
            if options.createsFile {
                // SQLite gives the files beside the database the same mode as the database.
                if try file.createIfMissing(), options.durability == .full { try file.synchronizeName() }
            } else if try file.identity() == nil {
                let cause = SystemCallFailure(call: "fstatat", errno: ErrorNumber.noSuchFile)
                throw FileFailure(.system, operation: "open", path: path, cause: cause)
            }
            return pathForSQLite(file.realPath)
        } catch {
            throw .file(error)
        }
    }

    /// Returns a path that SQLite treats as a plain file name, even `:memory:` or `file:…`.
    static func pathForSQLite(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    }

    // MARK: - Statements

    /// The counters of the connection.
    var counters: SQLiteCounters {
        var counters = state.counters
        counters.rowsWritten = sqlite3_total_changes64(handle)
        var (pages, highest): (Int32, Int32) = (0, 0)
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 0)
        counters.pagesWritten = Int(pages)
        return counters
    }

    /// The number of cached statements that are not in use.
    var cachedStatementCount: Int { state.cachedCount }

    /// The number of statements that are not finalized, including cached ones.
    var openStatementCount: Int {
        var count = 0
        var statement = sqlite3_next_stmt(handle, nil)
        while let current = statement {
            count += 1
            statement = sqlite3_next_stmt(handle, current)
        }
        return count
    }

    /// Runs work with a cached statement, which is compiled once per connection and cleared afterward.
    ///
    /// The closure may use the same SQL again and then gets a separate statement.
    func withStatement<Result>(
        _ sql: StaticString,
        _ body: (inout SQLiteStatement) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        var statement = try prepare(sql)
        do throws(SQLiteFailure) {
            let result = try body(&statement)
            statement.clear()
            state.put(statement, for: sql)
            return result
        } catch {
            statement.clear()
            state.put(statement, for: sql)
            throw error
        }
    }

    /// Runs work with an uncached statement, whose SQL is built at run time.
    ///
    /// Pass values as parameters, never as part of the SQL.
    func withUncachedStatement<Result>(
        _ sql: String,
        _ body: (inout SQLiteStatement) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        var statement = try prepare(sql)
        return try body(&statement)
    }

    /// Runs a statement without parameters and rows.
    func execute(_ sql: StaticString) throws(SQLiteFailure) {
        try withStatement(sql) { (statement) throws(SQLiteFailure) in _ = try statement.run() }
    }

    /// Runs several statements in sequence, such as those that create a schema.
    func executeScript(_ sql: StaticString) throws(SQLiteFailure) {
        var rest = UnsafeBufferPointer(start: sql.utf8Start, count: sql.utf8CodeUnitCount)
        while true {
            let compilation = SQLiteStatement.compile(rest, database: handle, isKept: false)
            if compilation.result == SQLITE_OK, compilation.handle == nil { return }
            var statement = try SQLiteStatement(compilation, database: handle, state: state)
            try statement.run()
            rest = UnsafeBufferPointer(rebasing: rest.suffix(compilation.restCount))
        }
    }

    private func prepare(_ sql: StaticString) throws(SQLiteFailure) -> SQLiteStatement {
        if let cached = state.take(sql) { return cached }
        // The bytes of a literal live as long as the process.
        let text = UnsafeBufferPointer(start: sql.utf8Start, count: sql.utf8CodeUnitCount)
        let compilation = SQLiteStatement.compile(text, database: handle, isKept: true)
        return try SQLiteStatement(compilation, database: handle, state: state)
    }

    private func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement {
        var sql = sql
        let compilation = sql.withUTF8 { SQLiteStatement.compile($0, database: handle, isKept: false) }
        return try SQLiteStatement(compilation, database: handle, state: state)
    }
}
#endif
