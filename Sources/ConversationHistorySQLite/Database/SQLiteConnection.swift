#if SQLite
import ConversationHistory

/// A connection that works on a thread of its own, which may block, and never on two at once.
actor SQLiteConnection {
    private let path: String
    private let options: SQLiteOptions
    private let executor: BlockingExecutor
    private var database: SQLiteDatabase?
    private var isClosed = false

    /// Creates a connection that is opened when there is work for it.
    init(path: String, options: SQLiteOptions, label: String) {
        self.path = path
        self.options = options
        executor = BlockingExecutor(label: label)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Works with the database, from beginning to end without an interruption.
    ///
    /// - Parameter unlessCancelled: Whether a task that is cancelled by the time it is its turn does nothing.
    func run<Result: Sendable>(
        unlessCancelled: Bool,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        if unlessCancelled, Task.isCancelled { throw .cancelled }
        if isClosed { throw .closed }
        if try isOutdated { database = nil }
        if database == nil { database = try SQLiteDatabase.open(path: path, options) }
        switch database {
        case .some(let database): return try body(database)
        case .none: throw .closed
        }
    }

    /// Whether the open connection has to be opened anew.
    private var isOutdated: Bool {
        get throws(SQLiteFailure) {
            switch database {
            case .some(let database): return try database.isOutdated
            case .none: return false
            }
        }
    }

    /// Closes the connection, for good.
    func close() {
        isClosed = true
        database = nil
    }
}
#endif
