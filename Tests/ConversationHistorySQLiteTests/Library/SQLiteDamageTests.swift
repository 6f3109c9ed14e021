#if SQLite
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("Damage that SQLite itself does not see")
struct SQLiteDamageTests {
    let directory = TemporaryDirectory()

    /// A library of three conversations; that of "b" has an entry of which a letter is another one.
    private func damaged() async throws -> ChatLibrary {
        let library = try await directory.openLibrary()
        for id in ["a", "b", "c"] as [ConversationID] { try await library.addConversation(id, turns: 2) }
        _ = try await library.saveArtifact([1, 2, 3], named: "task.md", in: "c")
        try await change(
            """
            UPDATE entries SET body = replace(body, 'question', 'quastion') WHERE key =
              (SELECT entry FROM history JOIN conversations ON conversations.key = conversation
               WHERE conversations.id = 'b' ORDER BY position LIMIT 1)
            """,
            in: library
        )
        return library
    }

    private func change(_ sql: String, in library: ChatLibrary) async throws {
        try await library.pool.write { (database) throws(SQLiteFailure) in _ = try database.value(sql) }
    }

    @Test("is an error where it is read, and noted for lists from then on")
    func noted() async throws {
        let library = try await damaged()
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.store(for: "b").load() } == .damaged)
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.contents(of: "b") } == .damaged)
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.entries(of: "b") } == .damaged)
        let listed = try await library.list(ListRequest()).conversations
        #expect(listed.count == 3 && listed.filter(\.isDamaged).map(\.id) == ["b"])
        // An export leaves it out and says so; a save does not write over it.
        #expect(try await LibraryExporter(library).export { _ in }.unreadable.map(\.id) == ["b"])
        let snapshot = ConversationSnapshot<ChatMessage>(messages: [.user("new")])
        #expect(
            await code { () throws(HistoryStoreError) in try await library.store(for: "b").save(snapshot) } == .conflict
        )
    }

    @Test("does not keep the rest from being found, and is reported with its place")
    func others() async throws {
        let library = try await damaged()
        try await change("UPDATE artifacts SET data = CAST('abc' AS BLOB)", in: library)
        let found = Set(try await library.search(SearchRequest("question")).map(\.conversation))
        #expect(found == ["a", "b", "c"])
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.damagedHistory, .damagedArtifact])
        #expect(problems.map(\.conversation) == ["b", "c"])
        let artifact = await code { () throws(HistoryStoreError) in
            _ = try await library.artifact(named: "task.md", in: "c")
        }
        #expect(artifact == .damaged)
        #expect(try await library.list(ListRequest()).conversations.filter(\.isDamaged).map(\.id) == ["b"])
    }

    @Test("of what is known of a conversation keeps neither the list from being told nor it from being removed")
    func attributes() async throws {
        let library = try await directory.openLibrary()
        for id in ["a", "b", "c"] as [ConversationID] { try await library.addConversation(id, turns: 1) }
        try await change("UPDATE conversations SET metadata = '{' WHERE id = 'b'", in: library)
        let listed = try await library.list(ListRequest()).conversations
        #expect(listed.count == 3 && listed.filter(\.isDamaged).map(\.id) == ["b"])
        let store = library.store(for: "b")
        #expect(await code { () throws(HistoryStoreError) in _ = try await store.load() } == .damaged)
        #expect(await code { () throws(HistoryStoreError) in try await library.rename("b", to: "x") } == .damaged)
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.fork("b") } == .damaged)
        #expect(try await LibraryExporter(library).export { _ in }.unreadable.map(\.id) == ["b"])
        #expect(try await library.verify().map(\.conversation) == ["b"])
        try await library.delete("b")
        try await library.restore("b")
        try await library.delete("b")
        #expect(try await library.purge(.everything).conversations == ["b"])
    }

    @Test("that was repaired is noted no more")
    func repaired() async throws {
        let library = try await damaged()
        _ = try await library.verify()
        try await change("UPDATE entries SET body = replace(body, 'quastion', 'question')", in: library)
        #expect(try await library.store(for: "b").load() != nil)
        #expect(try await library.list(ListRequest()).conversations.allSatisfy { !$0.isDamaged })
    }

    @Test("does not keep the index from being made again")
    func index() async throws {
        let library = try await damaged()
        try await change("UPDATE entries SET body = 'x' WHERE body LIKE '%quastion%'", in: library)
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.setProperty("search-version", "0")
        }
        await library.close()
        let again = try await directory.openLibrary()
        #expect(try await again.search(SearchRequest("question")).count == 5)
    }
}
#endif
