#if SQLite
import CConversationHistorySQLite
import TestSupport
import Testing

@testable import ConversationHistorySQLite

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite("SQLite with several processes", .startsProcesses)
struct SQLiteProcessTests {
    let directory = TemporaryDirectory()

    @Test("A process that is killed in a transaction leaves what was committed before")
    func killed() async throws {
        let path = directory.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let database = try SQLiteDatabase.open(path: path)
            try database.createItems()
            try database.insert("committed")
            // Little memory for pages, so that much of the transaction is in the file before it is committed.
            _ = try database.value("PRAGMA cache_size = 2")
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                for _ in 0..<200 { try database.insert(String(repeating: "x", count: 4_000)) }
                raise(SIGKILL)
            }
        }
        #expect((directory.read("a.db-wal")?.count ?? 0) > 400_000)
        let database = try SQLiteDatabase.open(path: path)
        #expect(try database.items() == ["committed"])
        #expect(try database.findDamage(.full) == [])
        try database.writeTransaction { (database) throws(SQLiteFailure) in try database.insert("next") }
        #expect(try database.items() == ["committed", "next"])
    }

    @Test("A process that is killed after a commit has kept it")
    func killedAfterCommit() async throws {
        let path = directory.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let pool = try await SQLiteConnectionPool(path: path, schema: SQLiteSchemaTests.schema(1))
            try await pool.write { (database) throws(SQLiteFailure) in try database.insert("committed") }
            raise(SIGKILL)
        }
        let database = try SQLiteDatabase.open(path: path)
        #expect(try database.items() == ["committed"])
    }

    @Test("A process that is killed during a backup leaves nothing at its path, and nothing for good")
    func killedInBackup() async throws {
        let path = directory.database
        let copyPath = directory.path("b.db")
        let database = try SQLiteDatabase.open(path: path)
        try database.createItems()
        for _ in 0..<200 { try database.insert(String(repeating: "x", count: 4_000)) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, copyPath = copyPath as String] in
            let database = try SQLiteDatabase.open(path: path)
            var stepCount = 0
            try database.backUp(to: copyPath, pagesPerStep: 40) { (remaining, _) throws(SQLiteFailure) in
                stepCount += 1
                if stepCount == 3, remaining > 0 { raise(SIGKILL) }
            }
        }
        let others = ["a.db", "a.db-shm", "a.db-wal"]
        let left = directory.names().filter { !others.contains($0) }
        #expect(left.count == 1)
        let temporary = try #require(left.first)
        #expect(temporary.hasPrefix(".b.db.") && temporary.hasSuffix(".conversation-history.tmp"))

        try database.backUp(to: copyPath)
        #expect(directory.names() == (others + ["b.db", temporary]).sorted())
        let copy = try SQLiteDatabase.open(path: copyPath)
        #expect(try copy.items().count == 200)
        #expect(try copy.findDamage(.full) == [])
        // What was left goes with a later backup, whatever the name of that.
        directory.setModified(temporary, secondsAgo: 100_000)
        try database.backUp(to: directory.path("c.db"))
        #expect(!directory.names().contains(temporary))
        #expect(directory.names().contains("c.db"))
    }

    @Test("A process that finds the lock taken by another is refused when its time is up")
    func busy() async throws {
        let path = directory.database
        let pool = try await SQLiteConnectionPool(path: path, schema: SQLiteSchemaTests.schema(1))
        // A transaction that stays open while the other process tries.
        try await pool.withWriter { (database) throws(SQLiteFailure) in try database.execute("BEGIN IMMEDIATE") }
        await #expect(processExitsWith: .success) { [path = path as String] in
            let other = try SQLiteDatabase.open(path: path, .impatient)
            let error = failure { () throws(SQLiteFailure) in
                try other.writeTransaction { (other) throws(SQLiteFailure) in try other.insert("other") }
            }
            exit(error?.primaryCode == SQLITE_BUSY ? EXIT_SUCCESS : EXIT_FAILURE)
        }
        try await pool.withWriter { (database) throws(SQLiteFailure) in try database.execute("COMMIT") }
        await pool.close()
    }

    @Test("Several processes that create, migrate and write one database at once do each thing once")
    func migration() async throws {
        let path = directory.database
        for version in 1...2 {
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        await #expect(processExitsWith: .success) {
                            [path = path as String, version = version as Int, number = number as Int] in
                            let schema = SQLiteSchemaTests.schema(version)
                            let pool = try await SQLiteConnectionPool(path: path, schema: schema)
                            for item in 0..<10 {
                                try await pool.write { (database) throws(SQLiteFailure) in
                                    try database.insert("\(version) \(number) \(item)")
                                }
                            }
                            await pool.close()
                        }
                    }
                }
            }
        }
        let database = try SQLiteDatabase.open(path: path)
        #expect(try database.userVersion == 2)
        let items = try database.items()
        #expect(items.count == 60)
        #expect(Set(items).count == 60)
        let backups = directory.names().filter { $0.hasSuffix(".backup") }
        #expect(backups == ["a.db.version-1.backup"])
        let copy = try SQLiteDatabase.open(path: directory.path("a.db.version-1.backup"))
        #expect(try copy.items().count == 30)
    }
}
#endif
