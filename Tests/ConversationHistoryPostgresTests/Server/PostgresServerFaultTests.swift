#if PostgreSQL
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("PostgreSQL servers that die", .withOwnServer, .serialized, .hangGuard)
struct PostgresServerFaultTests {
    /// Holds turns in some conversations until it is told to end, and tells how many were saved in each.
    private func hold(
        _ library: ChatLibrary,
        in ids: [ConversationID],
        whileDoing body: (SavedTurns) async throws -> Void
    ) async throws -> [ConversationID: Int] {
        let saved = SavedTurns()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    // A turn that fails ends it all, and those who wait for more turns.
                    defer { saved.end() }
                    let conversation = try await Conversation(restoring: library.store(for: id))
                    while !saved.isOver {
                        try await conversation.addTurn(saved.count(of: id))
                        saved.add(id)
                    }
                }
            }
            try await body(saved)
            saved.end()
            try await group.waitForAll()
        }
        return saved.counts
    }

    /// Waits until there are more turns than so many, or no more to come.
    private func wait(for saved: SavedTurns, beyond count: Int) async throws {
        while saved.sum <= count, !saved.isOver { try await Task.sleep(for: .milliseconds(5)) }
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
        let saved = try await hold(library, in: ["a", "b", "c"]) { saved in
            for round in 1...3 {
                try await wait(for: saved, beyond: round * 15)
                try server.kill()
                try server.start()
            }
            try await wait(for: saved, beyond: saved.sum + 15)
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
        let saved = try await hold(library, in: ["a", "b"]) { saved in
            try await wait(for: saved, beyond: 20)
            try primary.kill()
            try standby.promote()
            try await wait(for: saved, beyond: saved.sum + 10)
        }
        try await check(saved, in: library)
        let alone = TestDatabase.configuration(url: standby.url, schema: configuration.schema)
        try await check(saved, in: try await ChatLibrary(alone))
    }

    @Test(
        "Without room on the server, what was stored stays, and the save succeeds when there is room again",
        .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.reason))
    )
    func full() async throws {
        let server = try PostgresServer()
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        try server.giveAway(disk.path)
        let maker = try PostgresConnectionPool(TestDatabase.configuration(url: server.url))
        try await maker.withConnection { (session) throws(PostgresFailure) in
            let sql = "CREATE TABLESPACE small LOCATION '\(disk.path)'"
            _ = try session.run([PostgresCommand(sql, isKept: false)])
        }
        let url = server.url + "?options=-cdefault_tablespace%3Dsmall"
        let library = try await ChatLibrary(TestDatabase.configuration(url: url))
        let store = library.store(for: "a")
        let first = ConversationSnapshot(messages: [ChatMessage.user("first")])
        try await store.save(first)
        disk.fill()
        // Text that the server cannot make small.
        var generator = SeededGenerator(seed: 1)
        let words = (0..<40_000).map { _ in String(UInt64.random(in: 0 ... .max, using: &generator), radix: 36) }
        let second = ConversationSnapshot(
            messages: [ChatMessage.user("first"), .user(words.joined(separator: " "))]
        )
        #expect(await failure { () throws(HistoryStoreError) in try await store.save(second) }?.code == .noSpace)
        #expect(try await library.store(for: "a").load() == first)
        disk.empty()
        let short = ConversationSnapshot(messages: [ChatMessage.user("first"), .user("second")])
        try await store.save(short)
        #expect(try await library.store(for: "a").load() == short)
        #expect(try await library.verify() == [])
    }
}
#endif
