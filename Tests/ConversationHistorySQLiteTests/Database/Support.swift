#if SQLite
import CConversationHistorySQLite
import TestSupport

@testable import ConversationHistorySQLite

/// Returns what some work throws, or `nil` if it throws nothing.
func failure(of body: () throws(SQLiteFailure) -> Void) -> SQLiteFailure? {
    do throws(SQLiteFailure) {
        try body()
        return nil
    } catch { return error }
}

/// An error that is not SQLite's.
struct Refusal: Error, Equatable { var number = 1 }

extension SQLiteOptions {
    /// Options of a connection that does not wait for locks.
    static var impatient: SQLiteOptions { SQLiteOptions(busyTimeout: .milliseconds(20)) }
}

extension TemporaryDirectory {
    /// The path of the database of a test.
    var database: String { path("a.db") }
}

extension SQLiteDatabase {
    /// Creates a table of numbered texts.
    func createItems() throws(SQLiteFailure) {
        try execute("CREATE TABLE items(id INTEGER PRIMARY KEY, value TEXT) STRICT")
    }

    /// Inserts a text into the table.
    func insert(_ text: String) throws(SQLiteFailure) {
        try withStatement("INSERT INTO items(value) VALUES (?1)") { (statement) throws(SQLiteFailure) in
            try statement.bind(text, at: 1)
            _ = try statement.run()
        }
    }

    /// Runs a statement that is put together from texts.
    func run(_ sql: String) throws(SQLiteFailure) {
        try withUncachedStatement(sql) { (statement) throws(SQLiteFailure) in while try statement.step() {} }
    }

    /// All the texts in the table.
    func items() throws(SQLiteFailure) -> [String] {
        try withStatement("SELECT value FROM items ORDER BY id") { (statement) throws(SQLiteFailure) in
            var items: [String] = []
            while try statement.step() { items.append(try statement.text(at: 0)) }
            return items
        }
    }

    /// The one text that a pragma or a query gives, whatever its type.
    func value(_ sql: String) throws(SQLiteFailure) -> String {
        try withUncachedStatement(sql) { (statement) throws(SQLiteFailure) in
            guard try statement.step() else { return "" }
            return sqlite3_column_text(statement.handle, 0).map { String(cString: $0) } ?? ""
        }
    }
}
#endif
