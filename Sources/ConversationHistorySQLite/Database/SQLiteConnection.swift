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

/// What a connection remembers beside SQLite: its statements and what it has counted.
///
/// It belongs to one connection and is used on that connection's thread only, which is why it is not `Sendable`.
final class SQLiteConnectionState {
    /// A statement that may be away, since one who works with it has it.
    private final class Place {
        var statement: SQLiteStatement?
    }

    private var places: [UnsafePointer<UInt8>: Place] = [:]
    var counters = SQLiteCounters()

    /// The number of statements that wait to be used again.
    var cachedCount: Int {
        places.values.count { place in
            switch place.statement {
            case .some: true
            case .none: false
            }
        }
    }

    /// Takes a statement out of the cache; `nil` if it is not there, or in use.
    func take(_ sql: StaticString) -> SQLiteStatement? { places[sql.utf8Start]?.statement.take() }

    /// Puts a statement into the cache, which keeps one for each literal in the source.
    func put(_ statement: consuming SQLiteStatement, for sql: StaticString) {
        let place = places[sql.utf8Start] ?? Place()
        places[sql.utf8Start] = place
        place.statement = consume statement
    }

    /// Finalises all the statements.
    func removeAll() { places.removeAll() }
}
#endif
