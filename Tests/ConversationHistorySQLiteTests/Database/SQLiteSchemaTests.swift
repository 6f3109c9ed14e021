#if SQLite
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite schemas")
struct SQLiteSchemaTests {
    let directory = TemporaryDirectory()

    /// Schemas that each add to the one before.
    static func schema(_ version: Int, applicationID: Int32 = 0x1234) -> SQLiteSchema {
        let steps: [SQLiteSchema.Step] = [
            SQLiteSchema.Step { (database) throws(SQLiteFailure) in try database.createItems() },
            SQLiteSchema.Step { (database) throws(SQLiteFailure) in
                try database.execute("ALTER TABLE items ADD COLUMN size INTEGER NOT NULL DEFAULT 0")
                try database.execute("UPDATE items SET size = length(value)")
            },
            SQLiteSchema.Step { (database) throws(SQLiteFailure) in
                try database.execute("DELETE FROM items")
                throw .refused(Refusal(number: 3))
            },
        ]
        return SQLiteSchema(applicationID: applicationID, steps: Array(steps.prefix(version)))
    }

    private func open() throws -> SQLiteDatabase {
        try SQLiteDatabase.open(path: directory.database, .impatient)
    }

    @Test("A new database is created at the newest version, without a backup")
    func new() throws {
        let database = try open()
        #expect(try database.isEmpty)
        #expect(try Self.schema(2).migrate(database) == .created)
        #expect(try database.userVersion == 2)
        #expect(try database.applicationID == 0x1234)
        #expect(try !database.isEmpty)
        let before = database.counters.rowsWritten
        #expect(try Self.schema(2).migrate(database) == .current)
        let after = database.counters.rowsWritten
        #expect(after == before)
        #expect(directory.names() == ["a.db", "a.db-shm", "a.db-wal"])
    }

    @Test("An older database is copied and then brought up to date")
    func older() throws {
        let database = try open()
        try Self.schema(1).migrate(database)
        try database.insert("four")
        let backup = directory.path("a.db.version-1.backup")
        #expect(try Self.schema(2).migrate(database) == .migrated(from: 1, backup: backup))
        #expect(try database.integer("SELECT size FROM items") == 4)
        #expect(directory.mode("a.db.version-1.backup") == 0o600)
        let copy = try SQLiteDatabase.open(path: backup)
        #expect(try copy.userVersion == 1)
        #expect(try copy.items() == ["four"])
    }

    @Test("A step that fails changes nothing, and each attempt keeps its own copy")
    func failing() throws {
        let database = try open()
        try Self.schema(2).migrate(database)
        try database.insert("four")
        for suffix in ["", "-2", "-3"] {
            let error = failure { () throws(SQLiteFailure) in try Self.schema(3).migrate(database) }
            guard case .refused(let refusal as Refusal) = error else { throw Refusal() }
            #expect(refusal.number == 3)
            #expect(try database.userVersion == 2)
            #expect(try database.items() == ["four"])
            #expect(directory.names().contains("a.db.version-2\(suffix).backup"))
        }
        let empty = try SQLiteDatabase.open(path: directory.path("b.db"))
        _ = failure { () throws(SQLiteFailure) in try Self.schema(3).migrate(empty) }
        #expect(try empty.isEmpty)
    }

    @Test("A newer database is refused by its version")
    func newer() throws {
        let database = try open()
        try Self.schema(2).migrate(database)
        let error = failure { () throws(SQLiteFailure) in try Self.schema(1).migrate(database) }
        guard case .newerSchema(let found, let known) = error else { throw Refusal() }
        #expect((found, known) == (2, 1))
        #expect(try database.userVersion == 2)
    }

    @Test("A database of another application is refused, and so is one without a mark")
    func foreign() throws {
        let database = try open()
        try Self.schema(1, applicationID: 0x4321).migrate(database)
        let unmarked = try SQLiteDatabase.open(path: directory.path("b.db"))
        try unmarked.createItems()
        let unversioned = try SQLiteDatabase.open(path: directory.path("c.db"))
        try unversioned.setApplicationID(0x1234)
        let errors = [
            failure { () throws(SQLiteFailure) in try Self.schema(1).migrate(database) },
            failure { () throws(SQLiteFailure) in try Self.schema(1).migrate(unmarked) },
            failure { () throws(SQLiteFailure) in try Self.schema(1).migrate(unversioned) },
        ]
        for error in errors { guard case .foreignDatabase = error else { throw Refusal() } }
        #expect(try unmarked.applicationID == 0)
        #expect(try unmarked.userVersion == 0)
    }

    @Test("Someone else who migrates at the same time is waited for, and it is not done again")
    func concurrent() throws {
        let database = try open()
        try Self.schema(1).migrate(database)
        let directory = directory
        // Between looking and locking, another connection does it all.
        let once = SQLiteSchema.Step { (_) throws(SQLiteFailure) in
            let other = try SQLiteDatabase.open(path: directory.database, .impatient)
            let error = failure { () throws(SQLiteFailure) in try Self.schema(2).migrate(other) }
            #expect(error?.primaryCode == 5)
        }
        let schema = SQLiteSchema(applicationID: 0x1234, steps: Self.schema(1).steps + [once])
        _ = try schema.migrate(database)
        #expect(try database.userVersion == 2)
        #expect(try schema.migrate(database) == .current)
    }
}
#endif
