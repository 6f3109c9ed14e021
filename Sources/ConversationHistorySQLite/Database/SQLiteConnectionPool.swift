#if SQLite
import ConversationHistory

/// One connection that writes and several that read, each on a thread of its own.
///
/// Readers do not wait for the writer, nor the writer for them. Work waits for its connection without blocking a thread
/// of the cooperative pool. Writers in other processes wait for one another, for up to the options' time.
final class SQLiteConnectionPool: Sendable {
    /// The path as it was given.
    let path: String

    /// What was found and done when the database was opened.
    let outcome: SQLiteSchema.Outcome

    /// How long is waited for others.
    let busyTimeout: Duration

    /// The version of the schema that this process knows.
    private let version: Int
    private let writer: SQLiteConnection
    private let readers: [SQLiteConnection]
    /// How much work each reader has.
    private let loads: Lock<[Int]>

    /// Opens a database and brings it to the newest version of its schema.
    ///
    /// - Parameters:
    ///   - path: An absolute path, or one relative to the working directory, which must then not change.
    ///   - schema: What the database holds.
    ///   - options: How the connections are opened.
    ///   - readerCount: How many connections read; each is opened when it is first needed.
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
        // Closing may write, which is the connections' threads' to do.
        for connection in readers + [writer] { Task { await connection.close() } }
    }

    /// Runs the work in a transaction that may write; it is committed, and durable, when this returns.
    ///
    /// Nothing is done if a later version of this package has changed the schema since the database was opened.
    ///
    /// Work that has begun is finished whatever becomes of the task. By default it is done for a cancelled task too: a
    /// turn that was cancelled is still to be saved, and it is the cancelled task that saves it.
    ///
    /// - Parameters:
    ///   - unlessCancelled: Whether nothing is done for a task that is cancelled before the work begins.
    ///   - body: The work, which blocks everyone else's writing: what can be encoded before should be.
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

    /// Runs the work on the database as it is at one moment; it cannot change anything.
    ///
    /// - Parameters:
    ///   - unlessCancelled: Whether nothing is done for a task that is cancelled before the work begins.
    ///   - body: The work. What it returns must not refer to the database.
    func read<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        try await withReader(unlessCancelled: unlessCancelled) { (database) throws(SQLiteFailure) in
            try database.readTransaction(body)
        }
    }

    /// Runs work on the writing connection outside of a transaction, such as a checkpoint.
    func withWriter<Result: Sendable>(
        unlessCancelled: Bool = false,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(SQLiteFailure) -> Result {
        try await writer.run(unlessCancelled: unlessCancelled, body)
    }

    /// Runs work on a reading connection outside of a transaction, such as a backup.
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

    /// Closes all the connections, after the work that has begun; whatever comes later fails.
    func close() async {
        for connection in readers { await connection.close() }
        // Last, since the last connection is the one that empties the log.
        await writer.close()
    }
}

/// What a connection has done: figures that do not depend on the machine.
package struct SQLiteCounters: Hashable, Sendable {
    /// How often SQL was compiled.
    package var statementsPrepared = 0

    /// How often a statement was run, those that begin and end transactions included.
    package var statementsRun = 0

    /// How many rows were inserted, updated or deleted, those by triggers included.
    package var rowsWritten: Int64 = 0

    /// How many pages were written into the log; what a checkpoint copies out of it does not count.
    package var pagesWritten = 0
}
#endif
