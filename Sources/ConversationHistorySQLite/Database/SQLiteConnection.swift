#if SQLite
import ConversationHistory

/// A connection that runs on its own thread, which may block.
///
/// Only one thread uses the connection at a time.
actor SQLiteConnection {
    private let path: String
    private let options: SQLiteOptions
    private let executor: BlockingExecutor
    private var database: SQLiteDatabase?
    private var isClosed = false

    /// Creates a connection, which opens on its first use.
    init(path: String, options: SQLiteOptions, label: String) {
        self.path = path
        self.options = options
        executor = BlockingExecutor(label: label)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs work on the database without interruption.
    ///
    /// - Parameter unlessCancelled: Whether to skip the work if the task is already cancelled when its turn comes.
    /// - Throws: `cancelled` if the work was skipped, `closed` after a close, a failure to open the database, or what
    ///   the work throws.
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

    /// Whether the open connection must be reopened.
    private var isOutdated: Bool {
        get throws(SQLiteFailure) {
            switch database {
            case .some(let database): return try database.isOutdated
            case .none: return false
            }
        }
    }

    /// Closes the connection permanently.
    func close() {
        isClosed = true
        database = nil
    }
}

/// The state of a connection outside SQLite: its cached statements and its counters.
///
/// Not `Sendable`, because it belongs to one connection and is used only on that connection's thread.
final class SQLiteConnectionState {
    /// A cache slot, which is empty while its statement is in use.
    private final class Place {
        var statement: SQLiteStatement?
    }

    /// The cache slots by the address of the SQL literal, which is valid as long as the process.
    private var places: [UnsafePointer<UInt8>: Place] = [:]
    var counters = SQLiteCounters()

    /// The number of cached statements that are not in use.
    var cachedCount: Int {
        places.values.count { place in
            switch place.statement {
            case .some: true
            case .none: false
            }
        }
    }

    /// Takes a statement out of the cache; returns `nil` if it is missing or in use.
    func take(_ sql: StaticString) -> SQLiteStatement? { places[sql.utf8Start]?.statement.take() }

    /// Puts a statement into the cache, which holds one statement per SQL literal in the source.
    func put(_ statement: consuming SQLiteStatement, for sql: StaticString) {
        let place = places[sql.utf8Start] ?? Place()
        places[sql.utf8Start] = place
        place.statement = consume statement
    }

    /// Finalizes all cached statements.
    func removeAll() { places.removeAll() }
}
#endif
