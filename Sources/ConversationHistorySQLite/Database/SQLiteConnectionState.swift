#if SQLite
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
