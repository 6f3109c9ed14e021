#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("The updates of a PostgreSQL library", .withServer, .hangGuard)
struct PostgresUpdatesTests {
    @Test("What another process changes is told", .startsProcesses)
    func process() async throws {
        let library = try await TestDatabase.openLibrary()
        let updates = try await library.updates()
        let (url, schema) = (try PostgresServer.sharedURL(), library.pool.configuration.schema)
        await #expect(processExitsWith: .success) { [url = url as String, schema = schema as String] in
            let library = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
            _ = try await library.create(NewConversation(id: "é \"'"))
            try await library.addConversation("b")
            try await library.delete("b")
            // The last.
            _ = try await library.create(NewConversation(id: "c"))
        }
        var heard: [ConversationID?] = []
        for await id in updates {
            heard.append(id)
            if id == "c" { break }
        }
        #expect(heard == ["é \"'", "b", "b", "b", "c"])
    }

    @Test("Whatever changes a conversation is told")
    func everything() async throws {
        let library = try await TestDatabase.openLibrary()
        let updates = try await library.updates()
        try await library.addConversation("a")
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "fork"))
        _ = try await library.saveArtifact([1], named: "small", in: "fork")
        _ = try await library.saveArtifact(Array(repeating: 1, count: 9 << 20), named: "large", in: "a")
        try await library.removeArtifact(named: "large", in: "a")
        try await library.rename("fork", to: "Title")
        try await library.setMetadata(["a": 1], of: "a")
        try await library.setOwner(Owner(user: "ada"), of: "fork")
        try await library.append([HistoryEntry(.message(.user("b")))], to: "a")
        try await library.delete("fork")
        try await library.restore("fork")
        try await library.delete("fork")
        _ = try await library.purge(.everything)
        _ = try await library.create(NewConversation(id: "last"))
        var heard: [ConversationID?] = []
        for await id in updates {
            heard.append(id)
            if id == "last" { break }
        }
        let expected: [ConversationID] = [
            "a", "a", "fork", "fork", "a", "a", "fork", "a", "fork", "a", "fork", "fork", "fork", "fork", "last",
        ]
        #expect(heard == expected)
    }

    @Test("A scoped library is told of what it shows, and of no other library's conversations")
    func scope() async throws {
        let library = try await TestDatabase.openLibrary()
        let other = try await TestDatabase.openLibrary()
        let updates = try await library.scoped(to: Owner(user: "ada")).updates()
        _ = try await other.create(NewConversation(id: "elsewhere", owner: Owner(user: "ada")))
        _ = try await library.create(NewConversation(id: "bob's", owner: Owner(user: "bob")))
        _ = try await library.create(NewConversation(id: "ada's", owner: Owner(user: "ada")))
        var iterator = updates.makeAsyncIterator()
        #expect(await iterator.next() == "ada's")
    }

    @Test("After a loss, anything may have changed; then it goes on")
    func loss() async throws {
        let library = try await TestDatabase.openLibrary()
        let updates = try await library.updates()
        let schema = library.pool.configuration.schema
        let ended = try await library.number(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = 'LISTEN "\(schema)"'
            """
        )
        #expect(ended == 1)
        var iterator = updates.makeAsyncIterator()
        #expect(await iterator.next() == .some(nil))
        _ = try await library.create(NewConversation(id: "a"))
        #expect(await iterator.next() == "a")
        await library.close()
        #expect(await iterator.next() == nil)
    }
}
#endif
