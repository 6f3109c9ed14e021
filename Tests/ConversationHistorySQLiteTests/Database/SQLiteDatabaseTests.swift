#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite connections")
struct SQLiteDatabaseTests {
    let directory = TemporaryDirectory()

    @Test("A connection is durable and strict")
    func settings() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        let settings = [
            ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"), ("busy_timeout", "10000"),
            ("trusted_schema", "0"), ("cell_size_check", "1"), ("fullfsync", "1"), ("checkpoint_fullfsync", "1"),
            ("query_only", "0"),
        ]
        for (name, expected) in settings {
            let value = try database.value("PRAGMA \(name)")
            #expect(value == expected, "\(name)")
        }
        let error = failure { () throws(SQLiteFailure) in try database.execute(#"SELECT "no such name""#) }
        #expect(error?.primaryCode == SQLITE_ERROR)
    }

    @Test("Durability and waiting are a choice")
    func options() throws {
        let options = SQLiteOptions(durability: .processCrash, busyTimeout: .milliseconds(1_500), isQueryOnly: true)
        let database = try SQLiteDatabase.open(path: directory.database, options)
        #expect(try database.value("PRAGMA synchronous") == "1")
        #expect(try database.value("PRAGMA busy_timeout") == "1500")
        let error = failure { () throws(SQLiteFailure) in try database.createItems() }
        #expect(error?.primaryCode == SQLITE_READONLY)
        let forever = try SQLiteDatabase.open(path: directory.database, SQLiteOptions(busyTimeout: .seconds(Int64.max)))
        #expect(try forever.value("PRAGMA busy_timeout") == "\(Int32.max)")
    }

    @Test("All the files of a new database are for its user only, and the mode of an old one is kept")
    func modes() throws {
        do {
            let database = try SQLiteDatabase.open(path: directory.database)
            try database.createItems()
            #expect(directory.names() == ["a.db", "a.db-shm", "a.db-wal"])
            for name in directory.names() { #expect(directory.mode(name) == 0o600, "\(name)") }
        }
        #expect(directory.names() == ["a.db"])
        directory.write("b.db", [], mode: 0o640)
        let other = try SQLiteDatabase.open(path: directory.path("b.db"))
        try other.createItems()
        #expect(directory.mode("b.db-wal") == 0o640)
    }

    @Test(
        "A name that means something else to SQLite is the name of a file",
        arguments: [":memory:", "file:x?mode=ro"]
    )
    func names(name: String) throws {
        let path = SQLiteDatabase.pathForSQLite(name)
        #expect(path == "./" + name)
        let database = try SQLiteDatabase.open(path: directory.path(name))
        try database.createItems()
        #expect(directory.names().contains(name))
    }

    @Test("A symbolic link is followed, and the files stand beside what it leads to")
    func link() throws {
        directory.makeDirectory("real")
        directory.makeLink("a.db", to: "real/b.db")
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        #expect(directory.names() == ["a.db", "real"])
        #expect(directory.mode("real/b.db-wal") == 0o600)
    }

    @Test("What is missing is not found, and nothing is created")
    func missing() throws {
        let options = SQLiteOptions(createsFile: false)
        let noFile = failure { () throws(SQLiteFailure) in
            _ = try SQLiteDatabase.open(path: directory.database, options)
        }
        let noDirectory = failure { () throws(SQLiteFailure) in
            _ = try SQLiteDatabase.open(path: directory.path("none/a.db"))
        }
        for error in [noFile, noDirectory] {
            guard case .file(let failure) = error else { throw Refusal() }
            #expect(failure.cause?.errno == ErrorNumber.noSuchFile)
        }
        directory.makeFIFO("pipe")
        let noRegularFile = failure { () throws(SQLiteFailure) in
            _ = try SQLiteDatabase.open(path: directory.path("pipe"))
        }
        guard case .file(let failure) = noRegularFile else { throw Refusal() }
        #expect(failure.kind == .notRegularFile)
        #expect(directory.names() == ["pipe"])
    }

    @Test(
        "A database in a directory that may not be written is refused",
        .disabled(if: TemporaryDirectory.ignoresPermissions)
    )
    func readOnlyDirectory() throws {
        directory.makeDirectory("closed")
        directory.setMode("closed", 0o500)
        let error = failure { () throws(SQLiteFailure) in
            _ = try SQLiteDatabase.open(path: directory.path("closed/a.db"))
        }
        directory.setMode("closed", 0o700)
        guard case .file(let failure) = error else { throw Refusal() }
        #expect(ErrorNumber.permissionDenied.contains(failure.cause?.errno ?? 0))
    }

    @Test("A database of another application is refused before anything in it is changed")
    func foreign() throws {
        do {
            let other = try SQLiteDatabase.open(realPath: makeEmpty("a.db"))
            try other.createItems()
        }
        let before = directory.read("a.db")
        let error = failure { () throws(SQLiteFailure) in
            _ = try SQLiteDatabase.open(path: directory.database, SQLiteOptions(applicationID: 7))
        }
        guard case .foreignDatabase = error else { throw Refusal() }
        #expect(directory.read("a.db") == before)
        #expect(directory.names() == ["a.db"])
        // Marked as one's own, or empty, it is accepted.
        do { try SQLiteDatabase.open(realPath: directory.database).setApplicationID(7) }
        _ = try SQLiteDatabase.open(path: directory.database, SQLiteOptions(applicationID: 7))
        _ = try SQLiteDatabase.open(path: directory.path("b.db"), SQLiteOptions(applicationID: 7))
    }

    private func makeEmpty(_ name: String) -> String {
        directory.write(name, [])
        return directory.path(name)
    }

    @Test("SQL is compiled once for each literal, and nothing stays bound")
    func cache() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        let before = database.counters
        for number in 0..<10 { try database.insert("\(number)") }
        let after = database.counters
        #expect(after.statementsPrepared - before.statementsPrepared == 1)
        #expect(after.statementsRun - before.statementsRun == 10)
        #expect(after.rowsWritten - before.rowsWritten == 10)
        for expected in ["x", nil] as [String?] {
            try repeated(database, expected)
        }
    }

    /// Runs one literal, with its parameter bound only if there is something to bind.
    private func repeated(_ database: borrowing SQLiteDatabase, _ text: String?) throws(SQLiteFailure) {
        let found = try database.withStatement("SELECT ?1") { (statement) throws(SQLiteFailure) in
            if let text { try statement.bind(text, at: 1) }
            _ = try statement.step()
            return try statement.textIfPresent(at: 0)
        }
        #expect(found == text)
    }

    @Test("The same SQL can be used while it is in use")
    func nested() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        for text in ["a", "b"] { try database.insert(text) }
        func texts(_ depth: Int) throws(SQLiteFailure) -> [String] {
            try database.withStatement("SELECT value FROM items ORDER BY id") { (statement) throws(SQLiteFailure) in
                var all: [String] = []
                while try statement.step() {
                    all.append(try statement.text(at: 0))
                    if depth > 0 { all += try texts(depth - 1) }
                }
                return all
            }
        }
        #expect(try texts(1) == ["a", "a", "b", "b", "a", "b"])
        // One of the two is kept, the other was finalised.
        let (open, cached) = (database.openStatementCount, database.cachedStatementCount)
        #expect(open == cached)
    }

    @Test("Every statement is finalised exactly once, also when its work fails")
    func finalization() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        for _ in 0..<3 {
            try database.insert("a")
            _ = failure { () throws(SQLiteFailure) in
                try database.withStatement("SELECT value FROM items") { (statement) throws(SQLiteFailure) in
                    _ = try statement.step()
                    throw .refused(Refusal())
                }
            }
            _ = failure { () throws(SQLiteFailure) in
                try database.withUncachedStatement("SELECT value FROM items") { (statement) throws(SQLiteFailure) in
                    _ = try statement.step()
                    throw .refused(Refusal())
                }
            }
            _ = failure { () throws(SQLiteFailure) in try database.execute("SELECT nonsense FROM nowhere") }
        }
        let (open, cached) = (database.openStatementCount, database.cachedStatementCount)
        #expect(open == cached)
        // A statement that was left in the middle would keep this from being possible.
        try database.execute("DROP TABLE items")
    }

    @Test("A connection closes its file, and with the last one the log goes")
    func closing() throws {
        func use() throws(SQLiteFailure) {
            let first = try SQLiteDatabase.open(path: directory.database)
            try first.createItems()
            let second = try SQLiteDatabase.open(path: directory.database)
            try second.insert("a")
            _ = try first.items()
        }
        for _ in 0..<3 {
            try use()
            #expect(directory.names() == ["a.db"])
            directory.remove("a.db")
        }
    }

    @Test("A script runs to its end, and stops where it fails")
    func script() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.executeScript(
            """
            -- What holds the texts; this semicolon ends nothing.
            CREATE TABLE items(id INTEGER PRIMARY KEY, value TEXT) STRICT;
            INSERT INTO items(value) VALUES ('a;b'), ('c');

            -- That was all.
            """
        )
        #expect(try database.items() == ["a;b", "c"])
        let error = failure { () throws(SQLiteFailure) in
            try database.executeScript("DELETE FROM items; nonsense; INSERT INTO items(value) VALUES ('d');")
        }
        #expect(error?.primaryCode == SQLITE_ERROR)
        #expect(try database.items() == [])
        try database.executeScript("  \n")
        let empty = failure { () throws(SQLiteFailure) in try database.execute("-- nothing") }
        #expect(empty?.primaryCode == SQLITE_MISUSE)
    }

    @Test("A table is strict about types, and a foreign key is enforced")
    func constraints() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        try database.execute("CREATE TABLE parts(item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE) STRICT")
        let noItem = failure { () throws(SQLiteFailure) in try database.execute("INSERT INTO parts VALUES (1)") }
        #expect(noItem?.extendedCode == SQLITE_CONSTRAINT | (3 << 8))
        let wrongType = failure { () throws(SQLiteFailure) in
            try database.execute("INSERT INTO items(id) VALUES ('a')")
        }
        #expect(wrongType?.primaryCode == SQLITE_MISMATCH || wrongType?.primaryCode == SQLITE_CONSTRAINT)
    }

    @Test("The library is new enough, and has the full-text index with trusted schema off")
    func fullText() throws {
        #expect(SQLiteVersion.linked >= .minimum)
        #expect(SQLiteVersion(number: 3_040_001).description == "3.40.1")
        try #require(SQLiteVersion.hasFullTextSearch)
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.executeScript(
            """
            CREATE VIRTUAL TABLE found USING fts5(tokens, content='');
            INSERT INTO found(rowid, tokens) VALUES (7, 'plan a trip'), (9, 'to tokyo');
            """
        )
        let rows = try database.integer("SELECT rowid FROM found WHERE found MATCH 'tokyo'")
        #expect(rows == 9)
    }
}
#endif
