#if SQLite
import CConversationHistorySQLite
import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite backups and checkpoints")
struct SQLiteMaintenanceTests {
    let directory = TemporaryDirectory()

    private func filled(_ count: Int) throws -> SQLiteDatabase {
        let database = try SQLiteDatabase.open(path: directory.database, .impatient)
        try database.createItems()
        try database.writeTransaction { (database) throws(SQLiteFailure) in
            for number in 0..<count { try database.insert("\(number) " + String(repeating: "x", count: 1_000)) }
        }
        return database
    }

    @Test("A backup holds one moment, although others write between its steps")
    func backup() throws {
        let database = try filled(200)
        let expected = try database.items()
        let writer = try SQLiteDatabase.open(path: directory.database, .impatient)
        var steps: [Int] = []
        try database.backUp(to: directory.path("b.db"), pagesPerStep: 10) { (remaining, count) throws(SQLiteFailure) in
            #expect(count >= 50)
            steps.append(remaining)
            try writer.insert("written during the backup")
        }
        #expect(steps.count > 5)
        #expect(steps.last == 0)
        #expect(steps == steps.sorted(by: >))
        #expect(directory.mode("b.db") == 0o600)
        #expect(!directory.names().contains("b.db-journal"))
        let copy = try SQLiteDatabase.open(path: directory.path("b.db"))
        #expect(try copy.items() == expected)
        #expect(try copy.findDamage(.full) == [])
        #expect(try database.items().count == 200 + steps.count)
    }

    @Test("A backup replaces nothing")
    func existing() throws {
        let database = try filled(1)
        directory.write("b.db", [1, 2, 3])
        let error = failure { () throws(SQLiteFailure) in try database.backUp(to: directory.path("b.db")) }
        guard case .file(let failure) = error else { throw Refusal() }
        #expect(failure.cause?.errno == ErrorNumber.fileExists)
        #expect(directory.read("b.db") == [1, 2, 3])
    }

    @Test("A backup that is stopped or fails leaves no file and no transaction")
    func stopped() throws {
        let database = try filled(100)
        var count = 0
        let error = failure { () throws(SQLiteFailure) in
            try database.backUp(to: directory.path("b.db"), pagesPerStep: 5) { (_, _) throws(SQLiteFailure) in
                count += 1
                if count == 3 { throw .refused(Refusal()) }
            }
        }
        guard case .refused = error else { throw Refusal() }
        #expect(directory.names() == ["a.db", "a.db-shm", "a.db-wal"])
        let isOpen = database.isInTransaction
        #expect(!isOpen)
        let missing = failure { () throws(SQLiteFailure) in try database.backUp(to: directory.path("none/b.db")) }
        guard case .file = missing else { throw Refusal() }
    }

    @Test("A checkpoint moves what is in the log into the file")
    func checkpoint() throws {
        let database = try filled(100)
        let reader = try SQLiteDatabase.open(path: directory.database, .impatient)
        try reader.readTransaction { (reader) throws(SQLiteFailure) in
            _ = try reader.items()
            try database.insert("new")
            // What the reader still needs stays, and a checkpoint that would have to wait for it says so.
            #expect(try !database.checkpoint(.passive))
            let busy = failure { () throws(SQLiteFailure) in try database.checkpoint(.truncate) }
            #expect(busy?.primaryCode == SQLITE_BUSY)
        }
        #expect(try database.checkpoint(.passive))
        #expect(directory.read("a.db-wal")?.isEmpty == false)
        #expect(try database.checkpoint(.truncate))
        #expect(directory.read("a.db-wal") == [])
        #expect(try database.items().count == 101)
    }
}
#endif
