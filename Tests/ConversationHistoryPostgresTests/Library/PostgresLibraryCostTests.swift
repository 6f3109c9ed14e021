#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("What the PostgreSQL library asks of the server", .withServer)
struct PostgresLibraryCostTests {
    @Test("A turn costs the same, however long the conversation is: a round trip for each of its two saves")
    func turn() async throws {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a", turns: 3)
        let early = try await library.cost { for number in 0..<16 { try await conversation.addTurn(number) } }
        for number in 0..<200 { try await conversation.addTurn(number) }
        let late = try await library.cost { for number in 0..<16 { try await conversation.addTurn(number) } }
        #expect(early.roundTrips == 32)
        #expect(early.commandsPrepared == 0)
        #expect(late == early)
        // The question, the answer, the turn, and the conversation at each of the two saves.
        #expect(late.rowsWritten == 16 * 5)
    }

    @Test("Beside a long conversation, a short one is read by its index")
    func neighbour() async throws {
        let library = try await TestDatabase.openLibrary()
        let messages = (0..<3_000).map { ChatMessage.user("message \($0)") }
        try await library.store(for: "long").save(ConversationSnapshot(messages: messages))
        try await library.execute("ANALYZE conversations, entries, turns, rewinds")
        for command in SnapshotRows.commands("short", .everyone) {
            let plan = try await library.pool.withConnection { (session) throws(PostgresFailure) in
                let explained = PostgresCommand("EXPLAIN \(command.sql)", command.parameters, isKept: false)
                let lines = try session.run([explained])[0]
                return (0..<lines.count).map { lines.withBytes($0, 0) { String(decoding: $0, as: UTF8.self) } }
            }
            #expect(!plan.isEmpty)
            #expect(!plan.contains { $0.contains("Seq Scan") }, "\(plan)")
        }
    }

    @Test("A save of what is stored writes nothing, also if the snapshot was built anew")
    func unchanged() async throws {
        let library = try await TestDatabase.openLibrary()
        let messages = (0..<300).map { ChatMessage.user("message \($0)") }
        let store = library.store(for: "a")
        _ = try await store.load()
        let first = try await library.cost { try await store.save(ConversationSnapshot(messages: messages)) }
        #expect(first.roundTrips == 1)
        #expect(first.rowsWritten == 301)
        let nothing = try await library.cost { try await store.save(ConversationSnapshot(messages: messages)) }
        #expect(nothing.roundTrips == 1)
        #expect(nothing.rowsWritten == 0)
        let one = try await library.cost {
            try await store.save(ConversationSnapshot(messages: messages + [.assistant("one more")]))
        }
        #expect(one.rowsWritten == 2)
        #expect(try await store.load()?.messages.count == 301)
    }

    @Test("A pin and an edit write one entry")
    func edit() async throws {
        let library = try await TestDatabase.openLibrary()
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: (0..<300).map { ChatMessage.user("message \($0)") })
        try await store.save(snapshot)
        try snapshot.setPinned(true, "17")
        let pin = try await library.cost { [snapshot] in try await store.save(snapshot) }
        #expect(pin.rowsWritten == 2)
        try snapshot.update("18") { $0.content = .message(.user("another text")) }
        let edit = try await library.cost { [snapshot] in try await store.save(snapshot) }
        #expect(edit.rowsWritten == 2)
        #expect(try await library.store(for: "a").load() == snapshot)
        #expect(try await library.search(SearchRequest("another")).map(\.entry) == ["18"])
        // The first entry is "1" and says "message 0".
        #expect(try await library.search(SearchRequest("\"message 16\"")).map(\.entry) == ["17"])
        #expect(try await library.search(SearchRequest("\"message 17\"")).isEmpty)
    }

    @Test("A removal from the middle moves what follows, without a second look at it")
    func removal() async throws {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a", turns: 20)
        let cost = try await library.cost { try await conversation.remove(conversation.snapshot.entries[7].id) }
        #expect(cost.roundTrips == 1)
        try await conversation.addTurn(20)
        #expect(try await library.store(for: "a").load() == conversation.snapshot)
        #expect(try await library.info(of: "a").entryCount == 41)
        #expect(try await library.verify() == [])
    }

    @Test("What a purge removes is gone, and nothing else")
    func purge() async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a", turns: 5)
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "b"))
        _ = try await library.saveArtifact([1, 2, 3], named: "file", in: "a")
        try await library.delete("a")
        let cost = try await library.cost {
            let report = try await library.purge(.everything)
            #expect(report == PurgeReport(conversations: ["a"], entryCount: 10, artifactCount: 1))
        }
        #expect(cost.roundTrips == 1)
        for (table, count) in [("entries", 10), ("turns", 5), ("artifacts", 0), ("artifact_chunks", 0)] {
            #expect(try await library.number("SELECT count(*) FROM \(table)") == count)
        }
        #expect(try await library.store(for: "b").load()?.entries.count == 10)
        #expect(try await library.verify() == [])
    }

    @Test("Every look takes one round trip; a search by date another one, to end its transaction")
    func reading() async throws {
        let library = try await TestDatabase.openLibrary()
        let store = library.store(for: "a")
        try await store.save(ConversationSnapshot(messages: (0..<300).map { ChatMessage.user("message \($0)") }))
        let looks: [@Sendable () async throws -> Void] = [
            { _ = try await library.info(of: "a") }, { _ = try await library.list(ListRequest()) },
            { _ = try await library.entries(of: "a", EntryRequest(from: .newest, limit: 10)) },
            { _ = try await library.statistics() }, { _ = try await store.load() },
            { _ = try await library.artifacts(in: "a") },
        ]
        for look in looks { #expect(try await library.cost(of: look).roundTrips == 1) }
        let first = try await library.search(SearchRequest("message", limit: 2))
        #expect(first.map(\.position) == [299, 298])
        let search = try await library.cost {
            let request = SearchRequest("message", limit: 2, after: first.last?.cursor)
            let found = try await library.search(request)
            #expect(found.map(\.position) == [297, 296])
        }
        #expect(search.roundTrips == 2)
    }

    @Test("The words are found by an index, also among those of many conversations")
    func index() async throws {
        let library = try await TestDatabase.openLibrary()
        for number in 0..<8 {
            let messages = (0..<400).map {
                ChatMessage.user("message \($0) of \(number) \($0 == 7 ? "needle" : "hay")")
            }
            try await library.store(for: ConversationID("\(number)")).save(ConversationSnapshot(messages: messages))
        }
        try await library.execute("ANALYZE entries")
        let plan = try await library.pool.withConnection { (session) throws(PostgresFailure) in
            let commands = [
                // Of so few entries, all might as well be read.
                "SET LOCAL enable_seqscan = off",
                "EXPLAIN SELECT body FROM entries WHERE words @> ARRAY['needle'] AND list = 0",
            ]
            let results = try session.transaction(
                .write,
                .everyone,
                commands.map { PostgresCommand($0, isKept: false) }
            )
            let rows = (0..<results[1].count).map { results[1].bytes($0, 0) ?? [] }
            return String(decoding: rows.joined(), as: UTF8.self)
        }
        #expect(plan.contains("entries_by_word"))
        #expect(try await library.search(SearchRequest("needle")).count == 8)
    }

    @Test("An artifact of many parts comes back, and is sent in parts")
    func artifact() async throws {
        let library = try await TestDatabase.openLibrary()
        _ = try await library.create(NewConversation(id: "a"))
        let small = [UInt8](repeating: 7, count: 3000)
        let one = try await library.cost { _ = try await library.saveArtifact(small, named: "file", in: "a") }
        #expect(one.roundTrips == 1)
        let large = (0..<(9 << 20) + 5).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let info = try await library.saveArtifact(large, named: "file", in: "a")
        #expect(info.version == 2)
        #expect(try await library.number("SELECT count(*) FROM artifact_chunks WHERE version = 2") == 10)
        #expect(try await library.artifact(named: "file", in: "a").data == large)
        #expect(try await library.artifact(named: "file", version: 1, in: "a").data == small)
        #expect(try await library.verify() == [])
    }
}
#endif
