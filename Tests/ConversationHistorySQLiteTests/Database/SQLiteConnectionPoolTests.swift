#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistorySQLite

/// Whether something has happened, for threads that share nothing else.
private final class Flag: Sendable {
    private let state = Lock(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
}

@Suite("SQLite connection pools")
struct SQLiteConnectionPoolTests {
    let directory = TemporaryDirectory()

    private func open(readerCount: Int = 3) async throws -> SQLiteConnectionPool {
        try await SQLiteConnectionPool(
            path: directory.database,
            schema: SQLiteSchemaTests.schema(1),
            readerCount: readerCount
        )
    }

    @Test("What was written is there for every reader that comes after it")
    func writeAndRead() async throws {
        let pool = try await open()
        #expect(pool.outcome == .created)
        #expect(pool.path == directory.database)
        for number in 0..<20 {
            try await pool.write { (database) throws(SQLiteFailure) in try database.insert("\(number)") }
            let count = try await pool.read { (database) throws(SQLiteFailure) in try database.items().count }
            #expect(count == number + 1)
        }
        await pool.close()
        #expect(directory.names() == ["a.db"])
    }

    @Test("Many tasks write and read at once, and nothing is lost")
    func concurrent() async throws {
        let pool = try await open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await pool.write { (database) throws(SQLiteFailure) in
                        try database.insert("\(number)")
                        try database.insert("\(number)")
                    }
                }
                group.addTask {
                    let items = try await pool.read { (database) throws(SQLiteFailure) in
                        let first = try database.items()
                        #expect(try database.items() == first)
                        return first
                    }
                    // Each transaction is seen as a whole or not at all.
                    #expect(items.count.isMultiple(of: 2))
                }
            }
            try await group.waitForAll()
        }
        let items = try await pool.read { (database) throws(SQLiteFailure) in try database.items() }
        #expect(items.sorted() == (0..<60).flatMap { ["\($0)", "\($0)"] }.sorted())
        await pool.close()
    }

    @Test("A reader does not wait for the writer, nor the writer for a reader, and both off the tasks' threads")
    func independence() async throws {
        let pool = try await open(readerCount: 1)
        let (reading, isReading) = AsyncStream.makeStream(of: Void.self)
        let written = Flag()
        // Each blocks the thread that it runs on until the other is done; one thread for both would wait for ever.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let seen = try await pool.read { (database) throws(SQLiteFailure) in
                    let before = try database.items()
                    isReading.yield()
                    while !written.isSet { sqlite3_sleep(1) }
                    return try (before, database.items())
                }
                #expect(seen == ([], []))
            }
            group.addTask {
                for await _ in reading { break }
                try await pool.write { (database) throws(SQLiteFailure) in try database.insert("a") }
                written.set()
            }
            try await group.waitForAll()
        }
        await pool.close()
    }

    @Test("A reader cannot change anything")
    func readOnly() async throws {
        let pool = try await open()
        await #expect(throws: SQLiteFailure.self) {
            try await pool.read { (database) throws(SQLiteFailure) in try database.insert("a") }
        }
        let count = try await pool.read { (database) throws(SQLiteFailure) in try database.items().count }
        #expect(count == 0)
        await pool.close()
    }

    @Test("A cancelled task writes all the same, unless it is asked not to; work under way is finished")
    func cancellation() async throws {
        let pool = try await open()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await pool.write { (database) throws(SQLiteFailure) in try database.insert("kept") }
            do throws(SQLiteFailure) {
                try await pool.write(unlessCancelled: true) { (database) throws(SQLiteFailure) in
                    try database.insert("not written")
                }
                return false
            } catch {
                guard case .cancelled = error else { return false }
            }
            do throws(SQLiteFailure) {
                _ = try await pool.read(unlessCancelled: true) { (_) throws(SQLiteFailure) in 1 }
                return false
            } catch {
                guard case .cancelled = error else { return false }
                return true
            }
        }
        #expect(try await task.value)
        let later = Task {
            try await pool.write(unlessCancelled: true) { (database) throws(SQLiteFailure) in
                try database.insert("begun")
                withUnsafeCurrentTask { $0?.cancel() }
                try database.insert("finished")
            }
        }
        try await later.value
        let items = try await pool.read { (database) throws(SQLiteFailure) in try database.items() }
        #expect(items == ["kept", "begun", "finished"])
        await pool.close()
    }

    @Test("A pool that was closed refuses all work, and a pool that goes away closes its files")
    func closing() async throws {
        let pool = try await open()
        try await pool.write { (database) throws(SQLiteFailure) in try database.insert("a") }
        await pool.close()
        await pool.close()
        for isWriting in [true, false] {
            do throws(SQLiteFailure) {
                if isWriting {
                    try await pool.write { (_) throws(SQLiteFailure) in }
                } else {
                    try await pool.read { (_) throws(SQLiteFailure) in }
                }
                Issue.record("A closed pool has worked.")
            } catch { guard case .closed = error else { throw Refusal() } }
        }
        do {
            let other = try await open()
            #expect(other.outcome == .current)
            _ = try await other.read { (database) throws(SQLiteFailure) in try database.items() }
        }
        // The files are closed by the connections' threads, in a while.
        for _ in 0..<6_000 where directory.names() != ["a.db"] { try await Task.sleep(for: .milliseconds(10)) }
        #expect(directory.names() == ["a.db"])
    }

    @Test("Two pools share a file")
    func twoPools() async throws {
        let (first, second) = try await (open(), open())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let pool = number.isMultiple(of: 2) ? first : second
                group.addTask {
                    try await pool.write { (database) throws(SQLiteFailure) in try database.insert("\(number)") }
                }
            }
            try await group.waitForAll()
        }
        let items = try await second.read { (database) throws(SQLiteFailure) in try database.items() }
        #expect(Set(items) == Set((0..<40).map(String.init)))
        await first.close()
        await second.close()
    }

    @Test("What cannot be opened is said at once")
    func opening() async throws {
        directory.write("a.db", Array("something else entirely".utf8))
        await #expect(throws: SQLiteFailure.self) { _ = try await open() }
        #expect(directory.names() == ["a.db"])
    }
}
#endif
