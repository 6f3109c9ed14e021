#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library whose rows are not as they were written", .withServer)
struct PostgresDamageTests {
    @Test("A damaged entry is refused by load, and reported with its conversation")
    func damaged() async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a", turns: 2)
        try await library.addConversation("b", turns: 2)
        try await library.execute(
            """
            UPDATE entries SET body = '{"id":' FROM conversations
            WHERE conversations.key = conversation AND conversations.id = 'a' AND position = 1
            """
        )
        let store = library.store(for: "a")
        #expect(await failure { () throws(HistoryStoreError) in _ = try await store.load() }?.code == .damaged)
        #expect(
            try await library.list(ListRequest(order: .oldestFirst)).conversations.map(\.isDamaged) == [true, false]
        )
        #expect(try await library.search(SearchRequest("answer", limit: 10)).count == 3)
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.damagedHistory])
        #expect(problems.map(\.conversation) == ["a"])
    }

    @Test("Wrong words, a wrong count, a stray entry and a damaged file are reported")
    func stale() async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a", turns: 2)
        _ = try await library.saveArtifact([1, 2, 3], named: "file", in: "a")
        try await library.execute("UPDATE entries SET words = NULL WHERE position = 1")
        try await library.execute("UPDATE conversations SET message_count = 7")
        try await library.execute(
            """
            INSERT INTO entries(conversation, list, position, id, is_message, body, checksum)
            SELECT key, 4, 0, 'stray', false, '{}', 0 FROM conversations
            """
        )
        try await library.execute("UPDATE artifact_chunks SET data = '\\x010204'")
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.stray, .damagedArtifact, .staleIndex, .staleIndex], "\(problems)")
        try await library.execute("DELETE FROM artifact_chunks")
        let error = await failure { () throws(HistoryStoreError) in
            _ = try await library.artifact(named: "file", in: "a")
        }
        #expect(error?.code == .damaged)
    }

    @Test(
        "A row that is lost is missed",
        arguments: [
            "entries WHERE list = 0 AND position = 5", "entries WHERE list = 0 AND position = 2",
            "entries WHERE list = 1 AND position = 1", "turns WHERE position = 2", "rewinds",
        ]
    )
    func lostRow(_ rows: String) async throws {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a", turns: 4)
        try await conversation.rewind(toBefore: #require(conversation.snapshot.turns.last).id)
        #expect(try await library.number("SELECT count(*) FROM entries") == 8)
        try await library.execute("DELETE FROM \(rows)")
        let store = library.store(for: "a")
        #expect(await failure { () throws(HistoryStoreError) in _ = try await store.load() }?.code == .damaged)
        #expect(try await library.list(ListRequest()).conversations.map(\.isDamaged) == [true])
        #expect(
            await failure { () throws(HistoryStoreError) in _ = try await library.contents(of: "a") }?.code == .damaged
        )
        #expect(try await library.verify().map(\.kind).contains(.damagedHistory))
        if rows.hasPrefix("entries WHERE list = 0") {
            #expect(
                await failure { () throws(HistoryStoreError) in _ = try await library.entries(of: "a") }?.code
                    == .damaged
            )
        }
    }

    @Test(
        "A part of a file, or an earlier version of it, that is lost is missed",
        arguments: [
            "artifact_chunks WHERE number = 1", "artifact_chunks WHERE number = 9", "artifacts WHERE version = 1",
        ]
    )
    func lostPart(_ rows: String) async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a")
        // Parts that are alike, but for the digest of the last.
        let data = [UInt8](repeating: 7, count: (9 << 20) + 1)
        for _ in 0..<2 { _ = try await library.saveArtifact(data, named: "file", in: "a") }
        #expect(try await library.artifact(named: "file", in: "a").data == data)
        try await library.execute("DELETE FROM \(rows)")
        #expect(Set(try await library.contents(of: "a").problems.map(\.kind)) == [.damagedArtifact])
        #expect(Set(try await library.verify().map(\.kind)) == [.damagedArtifact])
        if rows.hasPrefix("artifact_chunks") {
            let error = await failure { () throws(HistoryStoreError) in
                _ = try await library.artifact(named: "file", in: "a")
            }
            #expect(error?.code == .damaged)
        }
    }

    @Test("A fork does not copy a history of which something is lost", arguments: ["entries", "turns"])
    func forkOfLostRow(_ table: String) async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a", turns: 3)
        try await library.execute("DELETE FROM \(table) WHERE position = 1")
        let code = await failure { () throws(HistoryStoreError) in _ = try await library.fork("a") }?.code
        #expect(code == .damaged)
        #expect(try await library.number("SELECT count(*) FROM conversations") == 1)
    }

    @Test("What cannot be understood of a conversation keeps no other one from being listed")
    func row() async throws {
        let library = try await TestDatabase.openLibrary()
        for id in ["a", "b", "c"] as [ConversationID] { try await library.addConversation(id) }
        try await library.execute("UPDATE conversations SET metadata = '{' WHERE id = 'a'")
        try await library.execute("UPDATE conversations SET title = '\\xff' WHERE id = 'b'")
        let conversations = try await library.list(ListRequest(order: .oldestFirst)).conversations
        #expect(conversations.map(\.isDamaged) == [true, true, false])
        let found = try await library.search(SearchRequest("answer", order: .byRank)).map(\.conversation)
        #expect(Set(found) == ["a", "c"])
        for id in ["a", "b"] as [ConversationID] {
            let store = library.store(for: id)
            #expect(await failure { () throws(HistoryStoreError) in _ = try await store.load() }?.code == .damaged)
            try await library.delete(id)
        }
        #expect(try await library.list(ListRequest()).conversations.map(\.id) == ["c"])
        #expect(try await library.purge(.everything).conversations == ["a", "b"])
    }

    @Test("A backup of what cannot be read says which conversation it is, and leaves nothing behind")
    func backup() async throws {
        let library = try await TestDatabase.openLibrary()
        for id in ["a", "b"] as [ConversationID] { try await library.addConversation(id) }
        try await library.execute(
            "DELETE FROM entries USING conversations WHERE key = conversation AND conversations.id = 'b'"
        )
        let directory = TemporaryDirectory()
        let error = await failure { () throws(HistoryStoreError) in
            try await library.backUp(to: directory.path("copy"))
        }
        #expect(error?.code == .damaged)
        #expect(error?.reason.contains("\"b\"") == true)
        #expect(directory.names() == [])
    }
}
#endif
