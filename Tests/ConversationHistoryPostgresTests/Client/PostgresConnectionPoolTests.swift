#if PostgreSQL
import ConversationHistory
@testable import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("The pool of connections to PostgreSQL", .withServer)
struct PostgresConnectionPoolTests {
    /// Work that goes on until it is let go.
    private final class Held: Sendable {
        private let hasBegun = DispatchSemaphore(value: 0)
        private let mayEnd = DispatchSemaphore(value: 0)

        /// Holds a connection and does something with it; returns when it has it.
        func hold(
            _ pool: PostgresConnectionPool,
            _ body: @escaping @Sendable (PostgresSession) throws(PostgresFailure) -> Void = { _ in }
        ) async -> Task<Void, any Error> {
            let task = Task {
                try await pool.withConnection { (session) throws(PostgresFailure) in
                    hasBegun.signal()
                    mayEnd.wait()
                    try body(session)
                }
            }
            // A thread of its own, since none of the pool may be blocked.
            await withCheckedContinuation { continuation in
                Thread { [self] in
                    hasBegun.wait()
                    continuation.resume()
                }.start()
            }
            return task
        }

        func letGo() { mayEnd.signal() }
    }

    private func select(_ pool: PostgresConnectionPool) async throws(PostgresFailure) {
        _ = try await pool.read(.everyone, [PostgresCommand("SELECT 1")])
    }

    @Test("When all connections are in use for too long, the pool is busy; then it goes on")
    func exhausted() async throws {
        var configuration = try TestDatabase.configuration()
        (configuration.poolSize, configuration.maximumOverflow) = (1, 1)
        configuration.acquireTimeout = .milliseconds(50)
        let pool = try PostgresConnectionPool(configuration)
        let (first, second) = (Held(), Held())
        let tasks = [await first.hold(pool), await second.hold(pool)]
        let error = await #expect(throws: PostgresFailure.self) { try await select(pool) }
        let failure = try #require(error)
        #expect(HistoryStoreError(failure, operation: "load", location: "here").code == .busy)
        first.letGo()
        second.letGo()
        for task in tasks { try await task.value }
        try await select(pool)
        #expect(pool.counters.connectionsMade == 2)
    }

    @Test("Who waits gets the connection that is given back, also when cancelled")
    func waiting() async throws {
        var configuration = try TestDatabase.configuration()
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        let pool = try PostgresConnectionPool(configuration)
        let held = Held()
        let holder = await held.hold(pool)
        let waiters = (0..<8).map { _ in Task { try await select(pool) } }
        for waiter in waiters.prefix(4) { waiter.cancel() }
        held.letGo()
        try await holder.value
        for waiter in waiters { try await waiter.value }
        #expect(pool.counters.connectionsMade == 1)
    }

    @Test("Work whose task is cancelled is done to its end, and gives a clean connection back")
    func cancelled() async throws {
        var configuration = try TestDatabase.configuration()
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        let pool = try PostgresConnectionPool(configuration)
        let table = PostgresSettings.quoted(configuration.schema)
        let commands = ["CREATE SCHEMA \(table)", "CREATE TABLE \(table).t(a int)"]
        let held = Held()
        let task = await held.hold(pool) { (session) throws(PostgresFailure) in
            _ = try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                _ = try session.run(commands.map { PostgresCommand($0, isKept: false) })
            }
        }
        task.cancel()
        held.letGo()
        try await task.value
        let isIdle = try await pool.withConnection { (session) throws(PostgresFailure) in session.isIdle }
        #expect(isIdle)
        #expect(pool.counters.connectionsMade == 1)
        let count = PostgresCommand(
            "SELECT count(*) FROM pg_tables WHERE schemaname = $1",
            [.text(configuration.schema)]
        )
        #expect(try await pool.read(.everyone, [count])[0].int(0, 0) == 1)
        // What is left open, as by work that fails, is undone.
        let failing = Held()
        let failed = await failing.hold(pool) { (session) throws(PostgresFailure) in
            _ = try session.transaction(.migration, .everyone) { (session) throws(PostgresFailure) in
                _ = try session.run([PostgresCommand("DROP TABLE \(table).t", isKept: false)])
                throw PostgresFailure.unexpectedValue
            }
        }
        failed.cancel()
        failing.letGo()
        await #expect(throws: PostgresFailure.self) { try await failed.value }
        #expect(try await pool.read(.everyone, [count])[0].int(0, 0) == 1)
        #expect(pool.counters.connectionsMade == 1)
    }

    @Test("Connections are shared by many tasks, and those over the size are closed")
    func many() async throws {
        var configuration = try TestDatabase.configuration()
        (configuration.poolSize, configuration.maximumOverflow) = (2, 2)
        let pool = try PostgresConnectionPool(configuration)
        let holders = [Held(), Held(), Held(), Held()]
        var tasks: [Task<Void, any Error>] = []
        for holder in holders { tasks.append(await holder.hold(pool)) }
        for holder in holders { holder.letGo() }
        for task in tasks { try await task.value }
        #expect(pool.counters.connectionsMade == 4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { try await select(pool) } }
            try await group.waitForAll()
        }
        for _ in 0..<8 { try await select(pool) }
        // Two were kept; of the others there may be some more by now, but not one for each piece of work.
        #expect(pool.counters.connectionsMade < 44)
    }

    @Test("A connection that the server has ended is replaced")
    func replaced() async throws {
        let pool = try PostgresConnectionPool(TestDatabase.configuration())
        let other = try PostgresConnectionPool(TestDatabase.configuration())
        for count in 1...3 {
            let backend = try await pool.withConnection { (session) throws(PostgresFailure) in session.backend }
            let result = try await other.read(
                .everyone,
                // It waits until the connection has ended.
                [PostgresCommand("SELECT pg_terminate_backend($1::int, 10000)", [.int(Int(backend))])]
            )
            #expect(try result[0].bool(0, 0))
            try await select(pool)
            #expect(pool.counters.connectionsMade == count + 1)
        }
    }

    @Test("What is closed fails")
    func closed() async throws {
        let pool = try PostgresConnectionPool(TestDatabase.configuration())
        try await select(pool)
        await pool.close()
        await #expect(throws: PostgresFailure.self) { try await select(pool) }
    }
}
#endif
