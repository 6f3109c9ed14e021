#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL server that only reads", .withOwnServer, .serialized, .hangGuard)
struct PostgresStandbyTests {
    @Test("A standby is read from, says that it only reads, and is written to once it is promoted")
    func standby() async throws {
        let primary = try PostgresServer()
        let first = try await ChatLibrary(TestDatabase.configuration(url: primary.url))
        let schema = first.pool.configuration.schema
        try await first.addConversation("a", turns: 2)
        let standby = try PostgresServer(standbyOf: primary)
        try primary.waitUntilCaughtUp(standby)

        let library = try await ChatLibrary(TestDatabase.configuration(url: standby.url, schema: schema))
        #expect(try await library.store(for: "a").load()?.entries.count == 4)
        #expect(try await library.search(SearchRequest("answer")).count == 2)
        #expect(try await library.verify() == [])
        let conversation = try await Conversation(restoring: library.store(for: "a"))
        let error = await failure { () throws(HistoryStoreError) in
            try await library.store(for: "a").save(ConversationSnapshot(messages: [ChatMessage.user("mine")]))
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.reason.contains("only reads") == true, "\(String(describing: error))")
        for verb in 0..<5 {
            let error = await failure { () throws(HistoryStoreError) in try await write(verb, in: library) }
            #expect(error?.code == .permissionDenied, "\(verb)")
            #expect(error?.reason.contains("only reads") == true, "\(verb)")
        }
        // The connection on which it was said is not used any more: another host may be the one to write to.
        let made = library.pool.counters.connectionsMade
        try primary.kill()
        try standby.promote()
        try await conversation.addTurn(2)
        #expect(library.pool.counters.connectionsMade > made)
        #expect(try await library.info(of: "a").entryCount == 6)
    }

    private func write(_ verb: Int, in library: ChatLibrary) async throws(HistoryStoreError) {
        switch verb {
        case 0: try await library.rename("a", to: "Title")
        case 1: _ = try await library.fork("a")
        case 2: _ = try await library.saveArtifact([UInt8](repeating: 1, count: 10 << 20), named: "file", in: "a")
        case 3: _ = try await library.purge(.everything)
        default: try await library.allow(role: PostgresServer.user)
        }
    }

    @Test("Of two hosts, a save that meets the one that only reads is done on the other one")
    func hosts() async throws {
        let primary = try PostgresServer()
        let standby = try PostgresServer(standbyOf: primary)
        let login = "\(PostgresServer.user):\(PostgresServer.password)"
        let hosts = "127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)"
        let library = try await ChatLibrary(
            TestDatabase.configuration(url: "postgresql://\(login)@\(hosts)/postgres?target_session_attrs=read-write")
        )
        let conversation = try await library.addConversation("a")
        // A session that only reads, as one has after its server was made a standby under it.
        try await library.execute("SET default_transaction_read_only = on")
        try await conversation.addTurn(1)
        #expect(try await library.info(of: "a").entryCount == 4)
    }
}
#endif
