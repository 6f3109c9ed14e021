#if SQLite
import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
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

    @Test(
        "in the full-text index is reported, and nothing else",
        arguments: [
            "DELETE FROM search_content WHERE id = 1",
            "UPDATE search_content SET c0 = 'other' WHERE id = 1",
            "UPDATE search_data SET block = zeroblob(length(block)) WHERE id = (SELECT max(id) FROM search_data)",
            "DELETE FROM search_data WHERE id = (SELECT max(id) FROM search_data)",
        ]
    )
    func fullTextIndex(change: String) async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 3)
        #expect(try await library.verify() == [])
        await library.close()
        // SQLite itself keeps a connection of the library from this.
        let other = try SQLiteDatabase.open(realPath: directory.database)
        try other.allowChangesOfShadowTables()
        _ = try other.value(change)
        let again = try await directory.openLibrary()
        let problems = try await again.verify()
        #expect(problems.first?.kind == .staleIndex)
        #expect(problems.first?.conversation == nil)
        #expect(Set(problems.map(\.kind)) == [.staleIndex])
        #expect(try await again.store(for: "a").load()?.entries.count == 6)
    }

    /// What loses a row of the conversation "b", which has two turns of two messages, a rewind, and three versions of a file.
    private enum Loss: String, CaseIterable {
        case firstEntry = "DELETE FROM history WHERE conversation = 2 AND list = 0 AND position = 0"
        case innerEntry = "DELETE FROM history WHERE conversation = 2 AND list = 0 AND position = 2"
        case lastEntry = "DELETE FROM history WHERE conversation = 2 AND list = 0 AND position = 3"
        case allEntries = "DELETE FROM history WHERE conversation = 2 AND list = 0"
        case count = "UPDATE conversations SET entry_count = 5 WHERE key = 2"
        case smallerCount = "UPDATE conversations SET entry_count = 3 WHERE key = 2"
        case turn = "DELETE FROM turns WHERE conversation = 2 AND position = 0"
        case rewoundEntry = "DELETE FROM history WHERE conversation = 2 AND list = 1 AND position = 1"
        case rewind = "DELETE FROM rewinds WHERE conversation = 2"

        /// Whether it is the history itself that is not whole.
        var isOfHistory: Bool { ![.smallerCount, .turn, .rewoundEntry, .rewind].contains(self) }
    }

    @Test("is a row that is gone, but for the last of the turns, which nothing counts", arguments: Loss.allCases)
    private func loss(_ loss: Loss) async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 2)
        let conversation = try await library.addConversation("b", turns: 3)
        try await conversation.rewind(toBefore: conversation.snapshot.turns[2].id)
        #expect(try await library.verify() == [])
        try await change(loss.rawValue, in: library)

        let store = library.store(for: "b")
        #expect(await code { () throws(HistoryStoreError) in _ = try await store.load() } == .damaged)
        #expect(try await library.list(ListRequest()).conversations.filter(\.isDamaged).map(\.id) == ["b"])
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.contents(of: "b") } == .damaged)
        if loss.isOfHistory {
            #expect(await code { () throws(HistoryStoreError) in _ = try await library.entries(of: "b") } == .damaged)
            #expect(await code { () throws(HistoryStoreError) in _ = try await library.fork("b") } == .damaged)
        }
        let snapshot = ConversationSnapshot<ChatMessage>(messages: [.user("new")])
        #expect(await code { () throws(HistoryStoreError) in try await store.save(snapshot) } == .conflict)
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.damagedHistory])
        #expect(problems.map(\.conversation) == ["b"])
        #expect(try await library.store(for: "a").load() != nil)
    }

    @Test("is a version of an artifact that is gone")
    func lostVersion() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a")
        // Two of the names are equal texts of other bytes.
        for name in ["e", "\u{e9}", "e", "e\u{301}"] { _ = try await library.saveArtifact([1], named: name, in: "a") }
        #expect(try await library.contents(of: "a").artifacts.map(\.info.version) == [1, 2, 1, 1])
        #expect(try await library.verify() == [])
        try await change("DELETE FROM artifacts WHERE name = 'e' AND version = 1", in: library)
        #expect(try await library.contents(of: "a").problems.map(\.kind) == [.damagedArtifact])
        #expect(try await library.verify().map(\.kind) == [.damagedArtifact])
        #expect(try await library.artifact(named: "e", in: "a").info.version == 2)
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
