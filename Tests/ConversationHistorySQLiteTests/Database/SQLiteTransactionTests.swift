#if SQLite
import CConversationHistorySQLite
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite transactions")
struct SQLiteTransactionTests {
    let directory = TemporaryDirectory()

    private func open(_ options: SQLiteOptions = .impatient) throws -> SQLiteDatabase {
        try SQLiteDatabase.open(path: directory.database, options)
    }

    @Test("A transaction is committed as a whole, and costs two statements")
    func commit() throws {
        let database = try open()
        try database.createItems()
        let before = database.counters
        let result = try database.writeTransaction { (database) throws(SQLiteFailure) in
            try database.insert("a")
            try database.insert("b")
            return database.isInTransaction
        }
        let after = database.counters
        #expect(result)
        #expect(after.statementsRun - before.statementsRun == 4)
        #expect(after.rowsWritten - before.rowsWritten == 2)
        let other = try open()
        #expect(try other.items() == ["a", "b"])
        let isOpen = database.isInTransaction
        #expect(!isOpen)
    }

    @Test("An error rolls everything back and is thrown as it was")
    func rollback() throws {
        let database = try open()
        try database.createItems()
        try database.insert("old")
        let refused = failure { () throws(SQLiteFailure) in
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                try database.execute("DELETE FROM items")
                throw .refused(Refusal(number: 5))
            }
        }
        guard case .refused(let error as Refusal) = refused else { throw Refusal() }
        #expect(error.number == 5)
        let failed = failure { () throws(SQLiteFailure) in
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                try database.insert("new")
                try database.execute("INSERT INTO items(id) VALUES (1)")
            }
        }
        #expect(failed?.primaryCode == SQLITE_CONSTRAINT)
        #expect(try database.items() == ["old"])
        try database.writeTransaction { (database) throws(SQLiteFailure) in try database.insert("next") }
        #expect(try database.items() == ["old", "next"])
    }

    @Test("A failure at the commit rolls back")
    func failingCommit() throws {
        let database = try open()
        try database.createItems()
        try database.execute("CREATE TABLE parts(item INTEGER REFERENCES items DEFERRABLE INITIALLY DEFERRED) STRICT")
        let failed = failure { () throws(SQLiteFailure) in
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                try database.insert("a")
                try database.execute("INSERT INTO parts VALUES (99)")
            }
        }
        #expect(failed?.primaryCode == SQLITE_CONSTRAINT)
        let isOpen = database.isInTransaction
        #expect(!isOpen)
        #expect(try database.items() == [])
    }

    @Test("A transaction within another is refused")
    func nested() throws {
        let database = try open()
        try database.createItems()
        for isWriting in [true, false] {
            let nested = failure { () throws(SQLiteFailure) in
                try database.writeTransaction { (database) throws(SQLiteFailure) in
                    try database.insert("a")
                    if isWriting {
                        try database.writeTransaction { _ in }
                    } else {
                        try database.readTransaction { _ in }
                    }
                }
            }
            guard case .nestedTransaction = nested else { throw Refusal() }
        }
        #expect(try database.items() == [])
    }

    @Test("A writer that finds the lock taken is refused when its time is up, and readers go on")
    func busy() throws {
        let database = try open()
        try database.createItems()
        try database.insert("old")
        let other = try open()
        try database.writeTransaction { (database) throws(SQLiteFailure) in
            try database.insert("new")
            let busy = failure { () throws(SQLiteFailure) in
                try other.writeTransaction { (other) throws(SQLiteFailure) in try other.insert("other") }
            }
            #expect(busy?.primaryCode == SQLITE_BUSY)
            let seen = try other.readTransaction { (other) throws(SQLiteFailure) in try other.items() }
            #expect(seen == ["old"])
        }
        try other.writeTransaction { (other) throws(SQLiteFailure) in try other.insert("other") }
        #expect(try database.items() == ["old", "new", "other"])
    }

    @Test("A reader sees one moment, whatever is committed meanwhile")
    func snapshot() throws {
        let database = try open()
        try database.createItems()
        let other = try open()
        try other.readTransaction { (other) throws(SQLiteFailure) in
            #expect(try other.items() == [])
            try database.insert("a")
            #expect(try other.items() == [])
        }
        #expect(try other.items() == ["a"])
    }

    @Test("A file that was removed or replaced is neither written nor read any more", arguments: [true, false])
    func moved(isReplaced: Bool) throws {
        let database = try open()
        try database.createItems()
        directory.remove("a.db")
        if isReplaced { directory.write("a.db", []) }
        let errors = [
            failure { () throws(SQLiteFailure) in
                try database.writeTransaction { (database) throws(SQLiteFailure) in try database.insert("lost") }
            },
            failure { () throws(SQLiteFailure) in try database.readTransaction { _ in } },
        ]
        for error in errors { guard case .fileMoved = error else { throw Refusal() } }
        let isOpen = database.isInTransaction
        #expect(!isOpen)
    }

    @Test("Where the database may not grow, a transaction fails as a whole and the next one can succeed")
    func full() throws {
        let database = try open()
        try database.createItems()
        try database.insert("old")
        let pages = try database.integer("PRAGMA page_count")
        _ = try database.value("PRAGMA max_page_count = \(pages + 4)")
        let full = failure { () throws(SQLiteFailure) in
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                try database.insert("new")
                try database.insert(String(repeating: "x", count: 1 << 20))
            }
        }
        #expect(full?.primaryCode == SQLITE_FULL)
        let isOpen = database.isInTransaction
        #expect(!isOpen)
        #expect(try database.items() == ["old"])
        try database.writeTransaction { (database) throws(SQLiteFailure) in try database.insert("new") }
        #expect(try database.items() == ["old", "new"])
    }
}
#endif
