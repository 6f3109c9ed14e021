#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite failures")
struct SQLiteFailureTests {
    let directory = TemporaryDirectory()

    @Test(
        "What a result code means to the caller",
        arguments: [
            (SQLITE_BUSY, 0, .busy), (SQLITE_BUSY | (2 << 8), 0, .busy), (SQLITE_LOCKED, 0, .busy),
            (SQLITE_FULL, 0, .noSpace), (SQLITE_TOOBIG, 0, .tooLarge), (SQLITE_READONLY, 0, .permissionDenied),
            (SQLITE_PERM, 0, .permissionDenied), (SQLITE_CORRUPT, 0, .damaged),
            (SQLITE_CORRUPT | (1 << 8), 0, .damaged),
            (SQLITE_MISMATCH, 0, .damaged), (SQLITE_NOTADB, 0, .notAHistory), (SQLITE_ERROR, 0, .io),
            (SQLITE_IOERR | (3 << 8), ErrorNumber.inputOutput, .io),
            (SQLITE_IOERR | (4 << 8), ErrorNumber.inputOutput, .notDurable),
            (SQLITE_IOERR | (4 << 8), ErrorNumber.noSpace.min() ?? 0, .notDurable),
            (SQLITE_IOERR | (5 << 8), ErrorNumber.inputOutput, .notDurable),
            (SQLITE_CANTOPEN, ErrorNumber.noSuchFile, .notFound),
            (SQLITE_CANTOPEN, ErrorNumber.notDirectory, .notFound),
            (SQLITE_CANTOPEN, ErrorNumber.permissionDenied.min() ?? 0, .permissionDenied),
            (SQLITE_IOERR, ErrorNumber.noSpace.min() ?? 0, .noSpace), (SQLITE_CANTOPEN, 0, .io),
        ] as [(Int32, Int32, HistoryStoreError.Code)]
    )
    func codes(code: Int32, errno: Int32, expected: HistoryStoreError.Code) {
        let failure = SQLiteFailure.call("sqlite3_step", code, systemErrno: errno)
        let error = HistoryStoreError(failure, operation: "save", location: "a.db")
        #expect(error.code == expected)
        #expect(error.systemCall?.call == "sqlite3_step")
        #expect(error.systemCall?.errno == code)
        #expect(error.location == "a.db")
        #expect(failure.primaryCode == code & 0xff)
        #expect(failure.extendedCode == code)
    }

    @Test("What the other failures mean to the caller")
    func others() {
        let cause = SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchFile)
        let refusal = HistoryStoreError(.conflict, operation: "save", location: "x", reason: "Later.")
        let cases: [(SQLiteFailure, HistoryStoreError.Code)] = [
            (.file(FileFailure(.system, operation: "open", path: "a.db", cause: cause)), .notFound),
            (.fileMoved, .notFound), (.refused(refusal), .conflict), (.refused(Refusal()), .io),
            (.foreignDatabase, .notAHistory),
            (.newerSchema(found: 9, known: 2), .newerVersion), (.closed, .io), (.cancelled, .io),
            (.nestedTransaction, .io), (.noWriteAheadLog, .io), (.unsuitableLibrary, .io),
        ]
        for (failure, code) in cases {
            let error = HistoryStoreError(failure, operation: "save", location: "a.db")
            #expect(error.code == code, "\(failure)")
            #expect(failure.primaryCode == nil && failure.extendedCode == nil)
        }
        let newer = HistoryStoreError(.newerSchema(found: 9, known: 2), operation: "open", location: "a.db")
        #expect(newer.reason == "The database has version 9; this version of the package knows up to 2.")
        #expect(HistoryStoreError(.refused(refusal), operation: "open", location: "a.db") == refusal)
    }

    @Test("No failure tells what is stored, what was searched for, or the SQL")
    func privacy() throws {
        let database = try SQLiteDatabase.open(path: directory.database, .impatient)
        try database.execute("CREATE TABLE items(id TEXT PRIMARY KEY, value TEXT CHECK (value <> 'secret')) STRICT")
        try database.execute("CREATE VIRTUAL TABLE found USING fts5(tokens)")
        let failures = [
            failure { () throws(SQLiteFailure) in try database.execute("SELECT 'secret' FROM secret") },
            failure { () throws(SQLiteFailure) in try database.execute("secret") },
            failure { () throws(SQLiteFailure) in try database.execute("INSERT INTO items VALUES ('1', 'secret')") },
            failure { () throws(SQLiteFailure) in
                try database.withStatement("SELECT * FROM found WHERE found MATCH ?1") {
                    (statement) throws(SQLiteFailure) in
                    try statement.bind("secret:\"", at: 1)
                    _ = try statement.step()
                }
            },
        ]
        for failure in failures {
            let failure = try #require(failure)
            let error = HistoryStoreError(failure, operation: "search", location: "a.db")
            for text in ["\(failure)", "\(error)", String(reflecting: failure), String(reflecting: error)] {
                #expect(!text.contains("secret"))
            }
            #expect("\(error)".contains("sqlite3_"))
        }
    }

    @Test("A file that is no database is left as it is", arguments: [1, 20, 5_000])
    func notADatabase(count: Int) throws {
        let bytes = Array("{\"format\":\"conversation-history\"}".utf8) + [UInt8](repeating: 32, count: count)
        directory.write("a.db", bytes)
        for options in [SQLiteOptions(), SQLiteOptions(applicationID: 7)] {
            let error = failure { () throws(SQLiteFailure) in
                _ = try SQLiteDatabase.open(path: directory.database, options)
            }
            #expect(error?.primaryCode == SQLITE_NOTADB)
            #expect(directory.read("a.db") == bytes)
            #expect(directory.names() == ["a.db"])
        }
    }

    @Test("Damage is found, by a check and by reading, and is not written over")
    func damage() throws {
        do {
            let database = try SQLiteDatabase.open(path: directory.database)
            try database.createItems()
            try database.writeTransaction { (database) throws(SQLiteFailure) in
                for number in 0..<2_000 { try database.insert("text number \(number)") }
            }
            #expect(try database.findDamage(.full) == [])
            #expect(try database.findDamage(.quick) == [])
        }
        var bytes = try #require(directory.read("a.db"))
        let pages = bytes.count / 4_096
        for page in 2..<pages { for offset in 0..<64 { bytes[page * 4_096 + offset] = 0xa5 } }
        directory.write("a.db", bytes)
        let database = try SQLiteDatabase.open(path: directory.database)
        let lines = try database.findDamage(.quick)
        #expect(!lines.isEmpty)
        #expect(!lines.contains { $0.contains("text number") })
        let few = try database.findDamage(.full, limit: 3)
        #expect(few.count <= 4)
        let error = failure { () throws(SQLiteFailure) in _ = try database.items() }
        #expect(error?.primaryCode == SQLITE_CORRUPT)
    }
}
#endif
