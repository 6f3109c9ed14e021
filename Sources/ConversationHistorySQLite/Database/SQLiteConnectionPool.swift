#if SQLite
import ConversationHistory

/// A pool of one writing connection and several reading connections, each on its own thread.
///
/// Readers and the writer do not wait for each other. Work that waits for its connection does not block a thread of the
/// cooperative pool. Writers in other processes wait for one another, for at most the busy timeout in the options.
final class SQLiteConnectionPool: Sendable {
    /// The path that the caller passed.
    let path: String

    /// The outcome of the migration when the database was opened.
    let outcome: SQLiteSchema.Outcome

    /// The maximum time that a call waits for other writers.
    let busyTimeout: Duration

    /// The newest schema version that this process knows.
    private let version: Int
    private let writer: SQLiteConnection
    private let readers: [SQLiteConnection]
    /// The number of pending and running tasks of each reader.
    private let loads: Lock<[Int]>

    /// Opens a database and migrates it to the newest schema version.
    ///
    /// - Parameters:
    ///   - path: An absolute path, or one relative to the working directory, which must then not change.
    ///   - schema: The schema of the database.
    ///   - options: The options of the connections.
    ///   - readerCount: The number of reading connections. Each one opens on its first use.
    init(
        path: String,
        schema: SQLiteSchema,
        options: SQLiteOptions = SQLiteOptions(),
        readerCount: Int = 4
    ) async throws(SQLiteFailure) {
        self.path = path
        version = schema.version
        busyTimeout = options.busyTimeout
        var options = options
        options.applicationID = schema.applicationID
        writer = SQLiteConnection(path: path, options: options, label: "conversation-history.sqlite.writer")
        options.createsFile = false
        options.isQueryOnly = true
        readers = (0..<max(1, readerCount)).map { [options] number in
            SQLiteConnection(path: path, options: options, label: "conversation-history.sqlite.reader-\(number)")
        }
        loads = Lock(Array(repeating: 0, count: readers.count))
        outcome = try await writer.run(unlessCancelled: false) { (database) throws(SQLiteFailure) in
            try schema.migrate(database)
        }
    }

    deinit {
        // Closing may write and block, so it happens on the connections' own threads.
        Task { [readers, writer] in await Self.close(readers, then: writer) }
    }

    /// Runs work in a write transaction, which is committed and durable when this returns.
    ///
    /// Work that has begun is always finished, even if the task is cancelled. By default, the work also runs for a task
    /// that is already cancelled, because it is the cancelled task that saves a cancelled turn.
    ///
    /// - Parameters:
    ///   - unlessCancelled: Whether to skip the work if the task is cancelled before the work begins.
    ///   - body: The work. It blocks all other writers, so encode as much as possible beforehand.
    /// - Throws: `newerSchema`, with nothing changed, if a later version of this package has changed the schema since
    ///   the database was opened; otherwise what the work throws.
    func write<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        try await writer.run(unlessCancelled: unlessCancelled) { (database) throws(SQLiteFailure) in
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                let found = try database.userVersion
                guard found <= version else { throw .newerSchema(found: found, known: version) }
                return try body(database)
            }
        }
    }

    /// Runs work on a consistent, read-only view of the database.
    ///
    /// - Parameters:
    ///   - unlessCancelled: Whether to skip the work if the task is cancelled before the work begins.
    ///   - body: The work. Its result must not refer to the database.
    func read<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        try await withReader(unlessCancelled: unlessCancelled) { (database) throws(SQLiteFailure) in
            try database.readTransaction(body)
        }
    }

    /// Runs work on the writing connection outside a transaction, such as a checkpoint.
    func withWriter<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        try await writer.run(unlessCancelled: unlessCancelled, body)
    }

    /// Runs work on a reading connection outside a transaction, such as a backup.
    func withReader<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        let number = loads.withLock { loads in
            let number = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[number] += 1
            return number
        }
        defer { loads.withLock { $0[number] -= 1 } }
        return try await readers[number].run(unlessCancelled: unlessCancelled, body)
    }

    /// Closes all connections after the work that has begun; later calls fail.
    func close() async { await Self.close(readers, then: writer) }

    /// Closes connections one after the other.
    ///
    /// The last connection to close empties and removes the log. Of connections that close at the same time, each may
    /// take another one for the last, and then the log stays.
    private static func close(_ readers: [SQLiteConnection], then writer: SQLiteConnection) async {
        for connection in readers { await connection.close() }
        await writer.close()
    }
}

/// Counters of a connection's work, which do not depend on the machine.
package struct SQLiteCounters: Hashable, Sendable {
    /// The number of SQL statements compiled.
    package var statementsPrepared = 0

    /// The number of statements run, including those that begin and end transactions.
    package var statementsRun = 0

    /// The number of rows inserted, updated or deleted, including those changed by triggers.
    package var rowsWritten: Int64 = 0

    /// The number of pages written to the log, excluding pages that a checkpoint copies out of it.
    package var pagesWritten = 0
}
#endif
