#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("Saves to PostgreSQL whose connection is cut", .withOwnServer, .hangGuard)
struct PostgresLostAnswerTests {
    let proxy: CuttingProxy

    init() throws { proxy = CuttingProxy(to: try PostgresServer.own().port) }

    /// Opens a library with a single connection, which goes by the proxy.
    private func openLibrary(acquireTimeout: Duration = .seconds(10)) async throws -> ChatLibrary {
        let url = "postgresql://\(PostgresServer.user):\(PostgresServer.password)@127.0.0.1:\(proxy.port)/postgres"
        var configuration = try TestDatabase.configuration(url: url + "?sslmode=disable")
        configuration.acquireTimeout = acquireTimeout
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        return try await ChatLibrary(configuration)
    }

    /// A library that does not go by the proxy.
    private func direct(_ library: ChatLibrary) async throws -> ChatLibrary {
        let schema = library.pool.configuration.schema
        return try await ChatLibrary(TestDatabase.configuration(url: PostgresServer.own().url, schema: schema))
    }

    @Test("A save that was cut is looked up and finished, and is stored once", arguments: CuttingProxy.Cut.allCases)
    func cut(_ cut: CuttingProxy.Cut) async throws {
        let library = try await openLibrary()
        let conversation = try await library.addConversation("a", turns: 2)
        let before = try await library.number("SELECT revision FROM conversations")
        for number in 0..<5 {
            proxy.cut(cut)
            try await conversation.addTurn(number)
        }
        #expect(proxy.cutCount == 5)
        #expect(try await library.number("SELECT revision FROM conversations") == before + 10)
        let other = try await direct(library)
        #expect(try await other.store(for: "a").load() == conversation.snapshot)
        #expect(try await other.info(of: "a").entryCount == 14)
        #expect(try await other.verify() == [])
    }

    @Test("The first save of a conversation that was cut is looked up as well", arguments: CuttingProxy.Cut.allCases)
    func first(_ cut: CuttingProxy.Cut) async throws {
        let library = try await openLibrary()
        _ = try await library.list(ListRequest())
        let store = library.store(for: "new")
        let snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
        proxy.cut(cut)
        try await store.save(snapshot)
        #expect(proxy.cutCount == 1)
        #expect(try await library.number("SELECT revision FROM conversations") == 0)
        try await store.save(ConversationSnapshot(messages: [ChatMessage.user("question"), .assistant("answer")]))
        #expect(try await direct(library).info(of: "new").entryCount == 2)
    }

    @Test("If there is no connection to look by, the outcome is unknown, and saving again is safe")
    func unknown() async throws {
        for cut in CuttingProxy.Cut.allCases {
            let library = try await openLibrary(acquireTimeout: .milliseconds(200))
            let store = library.store(for: "a")
            var snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
            try await store.save(snapshot)
            try snapshot.append(.assistant("answer"))
            proxy.cut(cut, thenRefusing: true)
            let error = await failure { [snapshot] () throws(HistoryStoreError) in try await store.save(snapshot) }
            #expect(error?.code == .notDurable)
            proxy.admit()
            // Other words are put in the place of those whose fate is not known.
            var next = ConversationSnapshot(messages: [ChatMessage.user("question"), .assistant("another answer")])
            next.title = "Title"
            try await store.save(next)
            let loaded = try await direct(library).store(for: "a").load()
            #expect(loaded?.messages.map(\.searchableText) == ["question", "another answer"])
            #expect(loaded?.title == "Title")
            #expect(try await direct(library).verify() == [])
            // What it says as its last must not be what the next cut is waiting for.
            await library.close()
        }
    }

    @Test("A look-up that is cut as well is repeated", arguments: CuttingProxy.Cut.allCases)
    func lookUp(_ cut: CuttingProxy.Cut) async throws {
        let library = try await openLibrary()
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
        try await store.save(snapshot)
        try snapshot.append(.assistant("answer"))
        // What a connection says first: who it is, twice its password, and what sets it.
        let beginning: [CuttingProxy.Cut?] = [nil, nil, nil, nil]
        let made = library.pool.counters.connectionsMade
        // The save; then, on another connection each, the look-up.
        proxy.cut([cut] + beginning + [.after] + beginning + [.before])
        try await store.save(snapshot)
        #expect(proxy.cutCount == 3)
        #expect(library.pool.counters.connectionsMade == made + 3)
        let other = try await direct(library)
        #expect(try await other.number("SELECT revision FROM conversations") == 1)
        #expect(try await other.store(for: "a").load()?.messages == snapshot.messages)
    }

    @Test("A save that is known to be refused is a conflict, also if nobody can look why")
    func refused() async throws {
        let library = try await openLibrary(acquireTimeout: .milliseconds(200))
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
        try await store.save(snapshot)
        try await Conversation(restoring: direct(library).store(for: "a")).addTurn(1)
        try snapshot.append(.assistant("answer"))
        proxy.cut([nil, .before], thenRefusing: true)
        let error = await failure { [snapshot] () throws(HistoryStoreError) in try await store.save(snapshot) }
        #expect(error?.code == .conflict)
        #expect(proxy.cutCount == 1)
        proxy.admit()
        #expect(try await direct(library).info(of: "a").entryCount == 3)
    }

    @Test("If someone else has written on what was cut, it is a conflict")
    func conflict() async throws {
        let library = try await openLibrary(acquireTimeout: .milliseconds(200))
        let conversation = try await library.addConversation("a")
        proxy.cut(.after, thenRefusing: true)
        await #expect(throws: (any Error).self) { try await conversation.addTurn(1) }
        let other = try await direct(library)
        while try await other.info(of: "a").entryCount < 3 { try await Task.sleep(for: .milliseconds(5)) }
        try await Conversation(restoring: other.store(for: "a")).addTurn(2)
        proxy.admit()
        let store = library.store(for: "a")
        _ = try await store.load()
        await #expect(throws: (any Error).self) { try await conversation.addTurn(3) }
        #expect(try await other.info(of: "a").entryCount == 5)
    }

    @Test("What else was cut is told as not known; what only reads is read again")
    func others() async throws {
        let library = try await openLibrary()
        try await library.addConversation("a")
        proxy.cut(.after)
        #expect(try await library.info(of: "a").entryCount == 2)
        proxy.cut(.after)
        let error = await failure { () throws(HistoryStoreError) in try await library.rename("a", to: "Title") }
        #expect(error?.code == .notDurable)
        let other = try await direct(library)
        while try await other.info(of: "a").title == nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(proxy.cutCount == 2)
    }

    @Test("A connection that is ended while a save waits for another writer is made again")
    func terminated() async throws {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a")
        let other = try await library.reopened()
        let save = try await other.pool.withConnection { (session) throws(PostgresFailure) in
            _ = try session.run([
                PostgresCommand("BEGIN"), PostgresCommand("SELECT key FROM conversations FOR UPDATE"),
            ])
            let save = Task { try await conversation.addTurn(1) }
            let waiting = """
                SELECT pid FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE conversations SET revision%'
                  AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
                """
            var ended = 0
            while ended == 0 {
                // The transaction sees the activity as it was, unless it is told to look again.
                let found = try session.run([
                    PostgresCommand("SELECT pg_stat_clear_snapshot()", isKept: false),
                    PostgresCommand("SELECT count(pg_terminate_backend(pid)) FROM (\(waiting)) AS waiting"),
                ])
                ended = try found[1].int(0, 0)
            }
            _ = try session.run([PostgresCommand("COMMIT")])
            return save
        }
        try await save.value
        #expect(try await other.info(of: "a").entryCount == 4)
        #expect(try await other.verify() == [])
    }
}
#endif
