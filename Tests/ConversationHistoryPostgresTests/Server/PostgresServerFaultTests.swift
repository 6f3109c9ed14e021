#if PostgreSQL
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("PostgreSQL servers that die", .withOwnServer, .serialized)
struct PostgresServerFaultTests {
    /// Holds turns in some conversations until it is told to end, and tells how many were saved in each.
    private func hold(
        _ library: ChatLibrary,
        in ids: [ConversationID],
        whileDoing body: (_ savedCount: @Sendable () -> Int) async throws -> Void
    ) async throws -> [ConversationID: Int] {
        let saved = SavedTurns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    let conversation = try await Conversation(restoring: library.store(for: id))
                    while !saved.isOver {
                        try await conversation.addTurn(saved.count(of: id))
                        saved.add(id)
                    }
                }
            }
            try await body { saved.sum }
            saved.end()
            try await group.waitForAll()
        }
        return saved.counts
    }

    private func wait(until condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Checks that every turn that was saved is there, and nothing else.
    private func check(_ saved: [ConversationID: Int], in library: ChatLibrary) async throws {
        for (id, count) in saved {
            let snapshot = try #require(try await library.store(for: id).load())
            let expected = (0..<count).flatMap { ["question \($0)", "answer \($0)"] }
            #expect(snapshot.messages.map(\.searchableText) == expected)
            #expect(snapshot.turns.count == count)
        }
        #expect(try await library.verify() == [])
    }

    @Test("A server that is killed during saves and started again has every turn that was saved")
    func killed() async throws {
        let server = try PostgresServer()
        var configuration = try TestDatabase.configuration(url: server.url)
        configuration.durability = .full
        configuration.acquireTimeout = .seconds(120)
        let library = try await ChatLibrary(configuration)
        let saved = try await hold(library, in: ["a", "b", "c"]) { savedCount in
            for round in 1...3 {
                try await wait { savedCount() >= round * 15 }
                try server.kill()
                try server.start()
            }
            let count = savedCount()
            try await wait { savedCount() > count + 15 }
        }
        try await check(saved, in: try await library.reopened())
        #expect(library.pool.counters.connectionsMade > 3)
    }

    @Test("When the primary is killed and its synchronous standby promoted, conversations go on by the same URL")
    func failover() async throws {
        let primary = try PostgresServer(settings: ["synchronous_standby_names": "*"])
        let standby = try PostgresServer(standbyOf: primary)
        let hosts = "127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)"
        let login = "\(PostgresServer.user):\(PostgresServer.password)"
        var configuration = try TestDatabase.configuration(
            url: "postgresql://\(login)@\(hosts)/postgres?target_session_attrs=read-write"
        )
        configuration.durability = .full
        configuration.acquireTimeout = .seconds(120)
        let library = try await ChatLibrary(configuration)
        let saved = try await hold(library, in: ["a", "b"]) { savedCount in
            try await wait { savedCount() >= 20 }
            try primary.kill()
            try standby.promote()
            let count = savedCount()
            try await wait { savedCount() > count + 10 }
        }
        try await check(saved, in: library)
        let alone = TestDatabase.configuration(url: standby.url, schema: configuration.schema)
        try await check(saved, in: try await ChatLibrary(alone))
    }
}
#endif
