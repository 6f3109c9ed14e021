#if PostgreSQL
import ConversationHistory
@testable import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// A server that hangs while its system answers for it: no connection breaks, and nothing comes.
@Suite("PostgreSQL servers that hang", .withOwnServer, .serialized, .hangGuard)
struct PostgresSilenceTests {
    private func configuration(_ server: PostgresServer) throws -> PostgresConfiguration {
        var configuration = try TestDatabase.configuration(
            url: server.url(password: PostgresServer.password) + "?connect_timeout=2"
        )
        configuration.responseTimeout = .milliseconds(1000)
        configuration.busyTimeout = .milliseconds(500)
        configuration.acquireTimeout = .seconds(1)
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        return configuration
    }

    @Test("Every call ends, nobody waits behind it for good, and all goes on when the server does")
    func hangs() async throws {
        let server = try PostgresServer()
        let library = try await ChatLibrary(configuration(server))
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
        try await store.save(snapshot)
        try snapshot.append(.assistant("answer"))
        try server.hang()
        let read = await failure { () throws(HistoryStoreError) in _ = try await library.info(of: "a") }
        #expect(read?.code == .busy)
        #expect(read?.reason.contains("did not answer") == true)
        try server.goOn()
        #expect(try await library.info(of: "a").entryCount == 1)
        try server.hang()
        // The second one waits for the first at the store's gate, the third for the only connection.
        let saves = [store, store, library.store(for: "b")].map { store in
            Task { [snapshot] in
                await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }?.code
            }
        }
        var codes: [HistoryStoreError.Code?] = []
        for save in saves { codes.append(await save.value) }
        #expect(codes[0] == .notDurable)
        #expect(codes.allSatisfy { $0 != nil })
        try server.goOn()
        try await store.save(snapshot)
        #expect(try await library.store(for: "a").load()?.messages == snapshot.messages)
        #expect(try await library.verify() == [])
    }

    @Test("Who listens is told that something may have been missed")
    func listening() async throws {
        let server = try PostgresServer()
        let library = try await ChatLibrary(configuration(server))
        var updates = try await library.updates().makeAsyncIterator()
        try server.hang()
        // Longer than it is quiet and not asked.
        try await Task.sleep(for: .seconds(4))
        try server.goOn()
        #expect(await updates.next() == .some(nil))
        try await library.addConversation("a")
        #expect(await updates.next() == "a")
    }

    @Test("A server that is slow, but not silent for too long, is waited for")
    func slow() async throws {
        let server = try PostgresServer()
        var configuration = try configuration(server)
        configuration.responseTimeout = .seconds(60)
        let library = try await ChatLibrary(configuration)
        try await library.addConversation("a")
        try server.hang()
        let info = Task { try await library.info(of: "a") }
        try await Task.sleep(for: .seconds(2))
        try server.goOn()
        #expect(try await info.value.entryCount == 2)
    }
}
#endif
