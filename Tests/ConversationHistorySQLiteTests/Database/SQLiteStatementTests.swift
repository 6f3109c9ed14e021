#if SQLite
import CConversationHistorySQLite
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("SQLite statements")
struct SQLiteStatementTests {
    let directory = TemporaryDirectory()

    /// Stores a value with one bind and returns it with one read.
    private func roundTrip<Value>(
        _ bind: (inout SQLiteStatement) throws(SQLiteFailure) -> Void,
        _ read: (inout SQLiteStatement) throws(SQLiteFailure) -> Value
    ) throws -> Value {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.execute("CREATE TABLE IF NOT EXISTS anything(value)")
        try database.execute("DELETE FROM anything")
        try database.withStatement("INSERT INTO anything VALUES (?1)") { (statement) throws(SQLiteFailure) in
            try bind(&statement)
            _ = try statement.run()
        }
        return try database.withStatement("SELECT value FROM anything") { (statement) throws(SQLiteFailure) in
            _ = try statement.step()
            return try read(&statement)
        }
    }

    @Test(
        "Text comes back byte for byte",
        arguments: [
            "", "a", "\0", "a\0b\0", "é e\u{301}", "日本語 👩‍👩‍👧", #"{"lone":"\ud800"}"#, "\u{feff}x", "\u{10ffff}\u{fffd}",
            "'; DROP TABLE anything; --", "\"quoted\" `ticks` [brackets] ?1 :a @b $c % _ \\", "\r\n\t\u{1}",
            String(repeating: "0123456789abcdef", count: 65_536),
        ]
    )
    func text(text: String) throws {
        let back = try roundTrip(
            { (statement) throws(SQLiteFailure) in try statement.bind(text, at: 1) },
            { (statement) throws(SQLiteFailure) in try statement.text(at: 0) }
        )
        #expect(back.utf8.elementsEqual(text.utf8))
        let raw = try roundTrip(
            { (statement) throws(SQLiteFailure) in
                var text = text
                // The result is needed to leave the closure, which cannot throw this type.
                let result = text.withUTF8 { bytes in
                    Result { () throws(SQLiteFailure) in try statement.bind(utf8: UnsafeRawBufferPointer(bytes), at: 1)
                    }
                }
                try result.get()
            },
            { (statement) throws(SQLiteFailure) in
                try statement.withBytes(at: 0) { (bytes) throws(SQLiteFailure) in [UInt8](bytes) }
            }
        )
        #expect(raw == Array(text.utf8))
    }

    @Test("Blobs come back byte for byte, however large", arguments: [0, 1, 255, 1 << 20])
    func blob(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let back = try roundTrip(
            { (statement) throws(SQLiteFailure) in try statement.bind(bytes, at: 1) },
            { (statement) throws(SQLiteFailure) in try statement.bytes(at: 0) }
        )
        #expect(back == bytes)
    }

    @Test("Integers come back exactly", arguments: [0, 1, -1, .max, .min, 9_007_199_254_740_993] as [Int64])
    func integer(number: Int64) throws {
        let back = try roundTrip(
            { (statement) throws(SQLiteFailure) in try statement.bind(number, at: 1) },
            { (statement) throws(SQLiteFailure) in try (statement.int64(at: 0), statement.int(at: 0)) }
        )
        #expect(back == (number, Int(number)))
    }

    @Test(
        "Floating-point numbers come back exactly",
        arguments: [0.5, -0.1, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] as [Double]
    )
    func double(number: Double) throws {
        let back = try roundTrip(
            { (statement) throws(SQLiteFailure) in try statement.bind(number, at: 1) },
            { (statement) throws(SQLiteFailure) in try statement.double(at: 0) }
        )
        #expect(back == number)
    }

    @Test("What is not a number is refused, rather than stored as null")
    func notANumber() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        let error = failure { () throws(SQLiteFailure) in
            try database.withStatement("SELECT ?1") { (statement) throws(SQLiteFailure) in
                try statement.bind(Double.nan, at: 1)
            }
        }
        #expect(error?.primaryCode == SQLITE_MISMATCH)
    }

    @Test("Null is told from what is empty")
    func null() throws {
        let values: [String?] = [nil, "", "x"]
        for value in values {
            let back = try roundTrip(
                { (statement) throws(SQLiteFailure) in try statement.bind(value, at: 1) },
                { (statement) throws(SQLiteFailure) in try (statement.textIfPresent(at: 0), statement.isNull(at: 0)) }
            )
            #expect(back == (value, value == nil))
        }
        for number in [nil, 7] as [Int64?] {
            let back = try roundTrip(
                { (statement) throws(SQLiteFailure) in try statement.bind(number, at: 1) },
                { (statement) throws(SQLiteFailure) in try statement.int64IfPresent(at: 0) }
            )
            #expect(back == number)
        }
    }

    @Test("A value of another type is a failure, not a conversion")
    func types() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.withStatement("SELECT 1, 'a', 1.5, x'00', NULL") { (statement) throws(SQLiteFailure) in
            _ = try statement.step()
            for column in Int32(0)..<5 {
                let results = [
                    failure { () throws(SQLiteFailure) in _ = try statement.int64(at: column) },
                    failure { () throws(SQLiteFailure) in _ = try statement.text(at: column) },
                    failure { () throws(SQLiteFailure) in _ = try statement.double(at: column) },
                    failure { () throws(SQLiteFailure) in _ = try statement.bytes(at: column) },
                ]
                let right = results.indices.filter { results[$0] == nil }
                #expect(right == (column < 4 ? [Int(column)] : []))
                #expect(results.allSatisfy { $0 == nil || $0?.primaryCode == SQLITE_MISMATCH })
            }
            let count = statement.columnCount
            #expect(count == 5)
        }
    }

    @Test("Text that is not UTF-8 is a failure, not repaired")
    func invalidText() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        let error = failure { () throws(SQLiteFailure) in
            try database.withStatement("SELECT CAST(x'61ff' AS TEXT)") { (statement) throws(SQLiteFailure) in
                _ = try statement.step()
                _ = try statement.text(at: 0)
            }
        }
        #expect(error?.primaryCode == SQLITE_MISMATCH)
    }

    @Test("Running says how many rows were changed, and can be repeated with other parameters")
    func run() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        try database.createItems()
        try database.withStatement("INSERT INTO items(value) VALUES (?1)") { (statement) throws(SQLiteFailure) in
            for text in ["a", "b", "c"] {
                try statement.bind(text, at: 1)
                let count = try statement.run()
                #expect(count == 1)
            }
        }
        let counts = try database.withStatement("UPDATE items SET value = 'x' WHERE id > ?1") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(1, at: 1)
            let two = try statement.run()
            try statement.bind(9, at: 1)
            return try [two, statement.run()]
        }
        #expect(counts == [2, 0])
        #expect(try database.items() == ["a", "x", "x"])
    }

    @Test("A parameter that does not exist is a failure")
    func range() throws {
        let database = try SQLiteDatabase.open(path: directory.database)
        let error = failure { () throws(SQLiteFailure) in
            try database.withStatement("SELECT ?1") { (statement) throws(SQLiteFailure) in
                try statement.bind("a", at: 2)
            }
        }
        #expect(error?.primaryCode == SQLITE_RANGE)
    }
}
#endif
