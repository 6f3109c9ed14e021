#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows
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

@Suite("The SQLite library when things go wrong")
struct SQLiteLibraryFailureTests {
    let directory = TemporaryDirectory()

    @Test("A process that is killed while it saves leaves the conversation as it was", .startsProcesses)
    func killed() async throws {
        let path = directory.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let library = try await ChatLibrary(path: path)
            let conversation = try await library.addConversation("a", turns: 2)
            let long = HistoryEntry(.message(ChatMessage.user(String(repeating: "lost ", count: 4_000))), id: "lost")
            let row = try EntryRow(SharedList([long]).box(at: 0), library.coding)
            let key = try await library.pool.read { (database) throws(SQLiteFailure) in
                try database.conversation("a")?.key ?? 0
            }
            _ = conversation
            try await library.pool.write { (database) throws(SQLiteFailure) in
                _ = try database.value("PRAGMA cache_size = 2")
                for position in 4..<60 { try database.insertEntry(row, in: key, at: position) }
                raise(SIGKILL)
            }
        }
        #expect((directory.read("a.db-wal")?.count ?? 0) > 400_000)
        let library = try await directory.openLibrary()
        #expect(try await library.verify() == [])
        #expect(try await library.info(of: "a").entryCount == 4)
        #expect(try await library.search(SearchRequest("lost")).isEmpty)
        let conversation = try await Conversation(restoring: library.store(for: "a"))
        try await conversation.addTurn(2)
        #expect(try await library.info(of: "a").entryCount == 6)
        await library.close()
    }

    @Test("Two libraries on one file see each other's conversations, and conflicts")
    func twoInstances() async throws {
        let first = try await directory.openLibrary()
        let second = try await directory.openLibrary()
        let conversation = try await first.addConversation("a")
        let other = try await Conversation(restoring: second.store(for: "a"))
        #expect(other.snapshot == conversation.snapshot)
        try await other.addTurn(1)
        await #expect(throws: (any Error).self) { try await conversation.addTurn(2) }
        #expect(try await first.store(for: "a").load() == other.snapshot)
        #expect(try await first.list(ListRequest()) == second.list(ListRequest()))
    }

    @Test("Two processes append to one conversation, and nothing is lost", .startsProcesses)
    func twoProcesses() async throws {
        let path = directory.database
        let library = try await ChatLibrary(path: path, durability: .processCrash)
        _ = try await library.create(NewConversation(id: "a"))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [path = path as String, number = number as Int] in
                        let library = try await ChatLibrary(path: path, durability: .processCrash)
                        for item in 0..<20 {
                            let message = ChatMessage.user("\(number) \(item)")
                            try await library.append([HistoryEntry(.message(message))], to: "a")
                        }
                        await library.close()
                    }
                }
            }
        }
        let page = try await library.entries(of: "a", EntryRequest(limit: 100))
        #expect(page.totalCount == 40)
        #expect(Set(page.entries.compactMap { $0.message?.searchableText }).count == 40)
        #expect(try await library.verify() == [])
    }

    @Test("A writer that waits for too long is told that the library is busy")
    func busy() async throws {
        let first = try await directory.openLibrary()
        let second = try await ChatLibrary(path: directory.database, busyTimeout: .milliseconds(20))
        try await first.pool.withWriter { (database) throws(SQLiteFailure) in try database.execute("BEGIN IMMEDIATE") }
        #expect(
            await code { () throws(HistoryStoreError) in _ = try await second.create(NewConversation()) } == .busy
        )
        // Readers do not wait.
        #expect(try await second.list(ListRequest()).conversations.isEmpty)
        try await first.pool.withWriter { (database) throws(SQLiteFailure) in try database.execute("COMMIT") }
        _ = try await second.create(NewConversation())
    }

    @Test("Without room, what was stored stays, and the save succeeds when there is room again")
    func full() async throws {
        let library = try await directory.openLibrary()
        let store = library.store(for: "a")
        let first = ConversationSnapshot(messages: [ChatMessage.user("first")])
        try await store.save(first)
        func setMostPages(_ count: String) async throws {
            try await library.pool.withWriter { (database) throws(SQLiteFailure) in
                _ = try database.value("PRAGMA max_page_count = \(count)")
            }
        }
        try await setMostPages("1")
        let long = ChatMessage.user(String(repeating: "long ", count: 100_000))
        let second = ConversationSnapshot(messages: [ChatMessage.user("first"), long])
        #expect(await code { () throws(HistoryStoreError) in try await store.save(second) } == .noSpace)
        #expect(try await library.store(for: "a").load() == first)
        try await setMostPages("1000000")
        try await store.save(second)
        #expect(try await library.store(for: "a").load() == second)
        #expect(try await library.verify() == [])
    }

    @Test("A damaged entry is refused by load, and reported with its conversation")
    func damaged() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 2)
        try await library.addConversation("b", turns: 2)
        try await library.pool.write { (database) throws(SQLiteFailure) in
            _ = try database.value("UPDATE entries SET body = '{\"id\":' WHERE key = 2")
        }
        let store = library.store(for: "a")
        #expect(await code { () throws(HistoryStoreError) in _ = try await store.load() } == .damaged)
        #expect(try await library.list(ListRequest()).conversations.count == 2)
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.damagedHistory])
        #expect(problems.map(\.conversation) == ["a"])
    }

    @Test("A stale index, a wrong number of messages and a stray entry are reported")
    func stale() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 2)
        try await library.pool.write { (database) throws(SQLiteFailure) in
            _ = try database.value("DELETE FROM search WHERE rowid = 1")
            _ = try database.value("UPDATE conversations SET message_count = 7")
            _ = try database.value("INSERT INTO entries(id, body) VALUES ('stray', '{}')")
        }
        #expect(try await library.verify().map(\.kind) == [.stray, .staleIndex, .staleIndex])
    }
}
#endif
