#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library with several writers", .withServer)
struct PostgresConcurrencyTests {
    @Test("Two libraries see each other's conversations, and conflicts")
    func twoInstances() async throws {
        let first = try await TestDatabase.openLibrary()
        let second = try await first.reopened()
        let conversation = try await first.addConversation("a")
        let other = try await Conversation(restoring: second.store(for: "a"))
        #expect(other.snapshot == conversation.snapshot)
        try await other.addTurn(1)
        await #expect(throws: (any Error).self) { try await conversation.addTurn(2) }
        #expect(try await first.store(for: "a").load() == other.snapshot)
        #expect(try await first.list(ListRequest()) == second.list(ListRequest()))
    }

    @Test("Of two saves onto one state, at the same time, one is refused")
    func race() async throws {
        let first = try await TestDatabase.openLibrary()
        let second = try await first.reopened()
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("0")])
        try await first.store(for: "a").save(snapshot)
        for round in 1...20 {
            let stores = [first.store(for: "a"), second.store(for: "a")]
            for store in stores { _ = try await store.load() }
            try snapshot.append(.user("\(round)"))
            let saved = await withTaskGroup(of: HistoryStoreError.Code?.self) { group in
                for (number, store) in stores.enumerated() {
                    var mine = snapshot
                    mine.title = "by \(number)"
                    group.addTask { [mine] in
                        await failure { () throws(HistoryStoreError) in try await store.save(mine) }?.code
                    }
                }
                return await group.reduce(into: [HistoryStoreError.Code?]()) { $0.append($1) }
            }
            #expect(saved.count { $0 == nil } == 1)
            #expect(saved.count { $0 == .conflict } == 1)
        }
        #expect(try await first.info(of: "a").entryCount == 21)
        #expect(try await first.verify() == [])
    }

    @Test("Processes append to one conversation, and nothing is lost", .startsProcesses)
    func processes() async throws {
        let library = try await TestDatabase.openLibrary()
        _ = try await library.create(NewConversation(id: "a"))
        let (url, schema) = (try PostgresServer.sharedURL(), library.pool.configuration.schema)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [url = url as String, schema = schema as String, number = number as Int] in
                        let library = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
                        for item in 0..<20 {
                            let message = ChatMessage.user("\(number) \(item)")
                            try await library.append([HistoryEntry(.message(message))], to: "a")
                        }
                    }
                }
            }
        }
        let page = try await library.entries(of: "a", EntryRequest(limit: 100))
        #expect(page.totalCount == 60)
        #expect(Set(page.entries.compactMap { $0.message?.searchableText }).count == 60)
        #expect(try await library.verify() == [])
    }

    @Test("Of two processes that save onto the same state of a conversation, one is refused", .startsProcesses)
    func rivals() async throws {
        let library = try await TestDatabase.openLibrary()
        let (url, schema) = (try PostgresServer.sharedURL(), library.pool.configuration.schema)
        let home = TemporaryDirectory()
        let directory = home.path
        try await LibraryRivals(library, in: directory).run {
            await #expect(processExitsWith: .success) {
                [url = url as String, schema = schema as String, directory = directory as String] in
                let library = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
                try await LibraryRivals(library, in: directory).runAsOther()
            }
        }
        #expect(try await library.verify() == [])
    }

    @Test("A writer that waits for too long is told that the library is busy; readers do not wait")
    func busy() async throws {
        let first = try await TestDatabase.openLibrary()
        try await first.addConversation("a")
        var configuration = first.pool.configuration
        configuration.busyTimeout = .milliseconds(30)
        let second = try await ChatLibrary(configuration)
        let held = try await first.reopened()
        let reader = try await first.reopened()
        let isRead = Lock(false)
        try await held.pool.withConnection { (session) throws(PostgresFailure) in
            try session.transaction(.write, .everyone) { (session) throws(PostgresFailure) in
                _ = try session.run([PostgresCommand("SELECT key FROM conversations FOR UPDATE")])
                let error = #expect(throws: PostgresFailure.self) {
                    let other = try PostgresSession.connect(to: second.pool.target, second.pool.settings)
                    _ = try other.transaction(
                        .write,
                        .everyone,
                        [.change("a", .everyone, "title = $5", [.name("Title")])]
                    )
                }
                let shown = error.map { HistoryStoreError($0, operation: "rename", location: "here") }
                #expect(shown?.code == .busy)
                let other = try PostgresSession.connect(to: reader.pool.target, reader.pool.settings)
                let found = try other.transaction(.read, .everyone, [.conversation("a")])
                #expect(try ConversationRow(found[0], 0).info.entryCount == 2)
                isRead.withLock { $0 = true }
            }
        }
        #expect(isRead.withLock { $0 })
    }
}
#endif
