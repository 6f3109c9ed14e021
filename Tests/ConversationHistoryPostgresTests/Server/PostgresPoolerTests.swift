#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library behind pgbouncer", .withPooler, .serialized, .hangGuard)
struct PostgresPoolerTests {
    /// What another program finds of a session's settings, on any connection that the pooler gives it.
    private func settings(_ pooler: PgBouncer) throws -> Set<String> {
        var found: Set<String> = []
        for _ in 0..<10 {
            found.insert(
                try pooler.execute(
                    """
                    SELECT concat_ws(' ', current_setting('search_path'), current_setting('lock_timeout'),
                      current_setting('jit'), current_setting('enable_seqscan'), current_setting('synchronous_commit'),
                      current_setting('conversation_history.session', true))
                    """
                )
            )
        }
        return found
    }

    @Test("By session, it works as without one")
    func session() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .session)
        let library = try await ChatLibrary(TestDatabase.configuration(url: pooler.url))
        let updates = try await library.updates()
        let conversation = try await library.addConversation("a", turns: 3)
        try await conversation.rewind(toBefore: conversation.snapshot.turns[1].id)
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "b"))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await library.addConversation(ConversationID("c\(number)"), turns: 3)
                    }
                }
            }
        }
        #expect(try await library.search(SearchRequest("answer", limit: 1000)).count == 38)
        #expect(try await library.verify() == [])
        var heard: Set<ConversationID?> = []
        for await id in updates {
            heard.insert(id)
            if id == "b" { break }
        }
        #expect(heard.contains("a"))
    }

    @Test("By session with a single connection, which leaves none to try the pooler out with, it works too")
    func narrow() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .session, poolSize: 1)
        var configuration = try TestDatabase.configuration(url: pooler.url)
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        let library = try await ChatLibrary(configuration)
        try await library.addConversation("a", turns: 2)
        #expect(try await library.info(of: "a").entryCount == 4)
    }

    @Test("By transaction, it is refused by name, and nothing is left in other programs' sessions")
    func transaction() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .transaction)
        let before = try settings(pooler)
        for _ in 0..<3 {
            let error = await failure { () throws(HistoryStoreError) in
                do {
                    _ = try await ChatLibrary(TestDatabase.configuration(url: pooler.url))
                } catch let error as HistoryStoreError { throw error } catch { Issue.record(error) }
            }
            #expect(error?.reason.contains("pool_mode = session") == true, "\(String(describing: error))")
        }
        #expect(try settings(pooler) == before)
        #expect(try server.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'test%'") == "0")
    }

    @Test("By transaction, it is refused by the next check if the first one had no second connection")
    func repeatedCheck() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .transaction)
        let target = try PostgresTarget(TestDatabase.configuration(url: pooler.url).connection)
        let kind = PoolerKind()
        let session = try PostgresSession.connect(to: target, patience: .seconds(60))
        try kind.check(session) { () throws(PostgresFailure) in throw .lost(call: "PQconnectdbParams") }
        do throws(PostgresFailure) {
            try kind.check(session) { () throws(PostgresFailure) in
                try PostgresSession.connect(to: target, patience: .seconds(60))
            }
            Issue.record("The pooler was not noticed.")
        } catch {
            guard case .pooledByTransaction = error else { throw error }
        }
    }

    @Test("By transaction, also while other programs use the pooler")
    func busy() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .transaction)
        let others = SavedTurns()
        for _ in 0..<3 {
            // Each waits for a program, which is nothing for a thread of the tasks.
            Thread.detachNewThread {
                // One that fails is as good: others go on.
                while !others.isOver { _ = try? pooler.execute("SELECT pg_sleep(0.01)") }
            }
        }
        defer { others.end() }
        let error = await failure { () throws(HistoryStoreError) in
            do {
                let library = try await ChatLibrary(TestDatabase.configuration(url: pooler.url))
                // Should it not have been noticed by then, no transaction is done where it does not belong.
                for number in 0..<100 { _ = try await library.addConversation(ConversationID("\(number)")) }
            } catch let error as HistoryStoreError { throw error } catch { Issue.record(error) }
        }
        #expect(error?.reason.contains("pool_mode = session") == true, "\(String(describing: error))")
    }

    @Test("A session whose server connection is another one's is noticed at its next transaction")
    func swapped() async throws {
        let server = try PostgresServer()
        let pooler = try PgBouncer(to: server, .session)
        let library = try await ChatLibrary(TestDatabase.configuration(url: pooler.url))
        let conversation = try await library.addConversation("a")
        for setting in ["DEALLOCATE ALL", "SET conversation_history.session = 'another'"] {
            try await library.execute(setting)
            await #expect(throws: (any Error).self) {
                // Whichever connection it is; the next one is set anew.
                for _ in 0..<4 { _ = try await library.info(of: "a") }
            }
        }
        try await conversation.addTurn(1)
        #expect(try await library.verify() == [])
    }
}
#endif
