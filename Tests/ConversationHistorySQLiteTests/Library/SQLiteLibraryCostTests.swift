#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("What the SQLite library writes")
struct SQLiteLibraryCostTests {
    let directory = TemporaryDirectory()

    /// What the writing connection does during some work.
    private func cost(
        in library: ChatLibrary,
        of body: () async throws -> Void
    ) async throws -> (statements: Int, rows: Int64) {
        let before = try await library.pool.withWriter { (database) throws(SQLiteFailure) in database.counters }
        try await body()
        let after = try await library.pool.withWriter { (database) throws(SQLiteFailure) in database.counters }
        return (after.statementsRun - before.statementsRun, after.rowsWritten - before.rowsWritten)
    }

    private func rowCount(of table: String, in library: ChatLibrary) async throws -> Int {
        try await library.pool.read { (database) throws(SQLiteFailure) in
            try Int(database.value("SELECT count(*) FROM \(table)")) ?? -1
        }
    }

    @Test("A turn costs the same, however long the conversation is")
    func turn() async throws {
        let library = try await directory.openLibrary()
        let conversation = try await library.addConversation("a", turns: 3)
        let early = try await cost(in: library) { for number in 0..<16 { try await conversation.addTurn(number) } }
        for number in 0..<300 { try await conversation.addTurn(number) }
        let late = try await cost(in: library) { for number in 0..<16 { try await conversation.addTurn(number) } }
        #expect(early.statements == late.statements)
        // The full-text index puts its parts together now and then, so its rows are not the same each time.
        #expect(late.rows < early.rows + early.rows / 2)
        #expect(late.rows < 16 * 40)
    }

    @Test("A save of what is stored writes nothing, also if the snapshot was built anew")
    func unchanged() async throws {
        let library = try await directory.openLibrary()
        let messages = (0..<300).map { ChatMessage.user("message \($0)") }
        let store = library.store(for: "a")
        _ = try await store.load()
        try await store.save(ConversationSnapshot(messages: messages))
        let nothing = try await cost(in: library) {
            try await store.save(ConversationSnapshot(messages: messages))
        }
        #expect(nothing.rows == 0)
        #expect(nothing.statements == 0)
        let one = try await cost(in: library) {
            try await store.save(ConversationSnapshot(messages: messages + [.assistant("one more")]))
        }
        #expect(one.rows < 20)
        #expect(try await store.load()?.messages.count == 301)
    }

    @Test("A pin and an edit write one entry")
    func edit() async throws {
        let library = try await directory.openLibrary()
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: (0..<300).map { ChatMessage.user("message \($0)") })
        try await store.save(snapshot)
        try snapshot.setPinned(true, "17")
        let pin = try await cost(in: library) { [snapshot] in try await store.save(snapshot) }
        // The entry, and the conversation.
        #expect(pin.rows == 2)
        try snapshot.update("18") { $0.content = .message(.user("another text")) }
        let edit = try await cost(in: library) { [snapshot] in try await store.save(snapshot) }
        #expect(edit.rows < 16)
        #expect(try await rowCount(of: "entries", in: library) == 300)
        #expect(try await library.store(for: "a").load() == snapshot)
        #expect(try await library.search(SearchRequest("another")).map(\.entry) == ["18"])
        #expect(try await library.search(SearchRequest("\"message 17\"")).isEmpty)
    }

    @Test("A fork and a rewind share entries; those that nobody has any more are gone")
    func sharing() async throws {
        let library = try await directory.openLibrary()
        let conversation = try await library.addConversation("a", turns: 20)
        let entry = conversation.snapshot.entries[19].id
        let fork = try await library.fork("a", after: entry, as: NewConversation(id: "b"))
        #expect(fork.entryCount == 20)
        #expect(try await rowCount(of: "entries", in: library) == 40)
        // What is changed in one is not changed in the other.
        try await conversation.pin(conversation.snapshot.entries[0].id)
        #expect(try await rowCount(of: "entries", in: library) == 41)
        #expect(try await library.entries(of: "b", EntryRequest(limit: 1)).entries.first?.isPinned == false)
        #expect(try await library.entries(of: "a", EntryRequest(limit: 1)).entries.first?.isPinned == true)

        try await conversation.rewind(toBefore: conversation.snapshot.turns[15].id)
        #expect(try await rowCount(of: "entries", in: library) == 41)
        #expect(try await library.info(of: "a").entryCount == 30)
        #expect(try await library.store(for: "a").load() == conversation.snapshot)
        try await library.delete("a")
        let report = try await library.purge(.everything)
        #expect(report == PurgeReport(conversations: ["a"], entryCount: 30))
        #expect(try await rowCount(of: "entries", in: library) == 20)
        #expect(try await rowCount(of: "search", in: library) == 20)
        #expect(try await library.verify() == [])
        #expect(try await library.store(for: "b").load()?.entries.count == 20)
    }

    @Test("A removal from the middle moves what follows")
    func removal() async throws {
        let library = try await directory.openLibrary()
        let conversation = try await library.addConversation("a", turns: 20)
        try await conversation.remove(conversation.snapshot.entries[7].id)
        try await conversation.addTurn(20)
        #expect(try await library.store(for: "a").load() == conversation.snapshot)
        #expect(try await library.info(of: "a").entryCount == 41)
        #expect(try await library.verify() == [])
    }

    @Test("A search by date reads no more entries than it finds; a list reads none")
    func reading() async throws {
        let library = try await directory.openLibrary()
        let store = library.store(for: "a")
        try await store.save(ConversationSnapshot(messages: (0..<300).map { ChatMessage.user("message \($0)") }))
        /// The statements that a reading connection runs; one after the other, it is always the same connection.
        func statements(_ body: () async throws -> Void) async throws -> Int {
            let before = try await library.pool.withReader { (database) throws(SQLiteFailure) in database.counters }
            try await body()
            let after = try await library.pool.withReader { (database) throws(SQLiteFailure) in database.counters }
            return after.statementsRun - before.statementsRun
        }
        let first = try await library.search(SearchRequest("message", limit: 2))
        #expect(first.map(\.position) == [299, 298])
        // Beginning, search, an entry for each hit, and end.
        let search = try await statements {
            let request = SearchRequest("message", limit: 2, after: first.last?.cursor)
            let found = try await library.search(request)
            #expect(found.map(\.position) == [297, 296])
        }
        #expect(search == 5)
        let list = try await statements { _ = try await library.list(ListRequest()) }
        #expect(list == 3)
        // Beginning, the conversation, the entries, and end.
        let page = try await statements {
            _ = try await library.entries(of: "a", EntryRequest(from: .newest, limit: 10))
        }
        #expect(page == 4)
    }

    @Test("A list goes through no more of the library than the index leaves it")
    func listPlans() async throws {
        let library = try await directory.openLibrary()
        let everyone = LibraryScope.everyone
        let user = everyone.narrowed(to: Owner(user: "ada"))
        let date = ListCursor(updated: .now, id: "a")
        let cases: [(ListRequest, LibraryScope, String)] = [
            (ListRequest(), everyone, "SCAN conversations USING INDEX conversations_by_date"),
            (ListRequest(cursor: date), everyone, "SEARCH conversations USING INDEX conversations_by_date (updated<?)"),
            (ListRequest(), user, "SEARCH conversations USING INDEX conversations_by_user (owner_user=?)"),
            (
                ListRequest(), user.narrowed(to: Owner(organization: "analytical")),
                "SEARCH conversations USING INDEX conversations_by_user (owner_user=?)"
            ),
            (
                ListRequest(), everyone.narrowed(to: Owner(organization: "analytical")),
                "SEARCH conversations USING INDEX conversations_by_organization (owner_organization=?)"
            ),
            (ListRequest(trash: .only), everyone, "SCAN conversations USING INDEX conversations_in_trash"),
        ]
        for (request, scope, expected) in cases {
            let sql = ListQuery(request, scope).sql
            let plan = try await library.pool.read { (database) throws(SQLiteFailure) in
                try database.withUncachedStatement("EXPLAIN QUERY PLAN " + sql) { (statement) throws(SQLiteFailure) in
                    var lines: [String] = []
                    while try statement.step() { lines.append(try statement.text(at: 3)) }
                    return lines
                }
            }
            // And nothing is sorted.
            #expect(plan == [expected])
        }
    }
}
#endif
