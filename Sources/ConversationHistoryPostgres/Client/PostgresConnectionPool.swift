#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary

/// A pool of connections to one database, each of which does one piece of work at a time.
///
/// Work waits for a connection without blocking a thread. A write that has begun completes even if its task is
/// cancelled: a cancelled turn still has to be saved, and the cancelled task saves it.
final class PostgresConnectionPool: Sendable {
    /// A caller that waits for a connection.
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Result<PostgresConnection, PostgresFailure>, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        var idle: [PostgresConnection] = []
        /// The number of connections, both in use and idle.
        var count = 0
        var waiters: [Waiter] = []
        /// An idle connection that held a lock, kept for the next lock.
        var spare: PostgresConnection?
        var nextNumber = 0
        var isClosed = false
        /// The number of times that the server did not respond; sessions from before the last time are not used again.
        var generation = 0
    }

    /// The hosts, database and schema, without any secret.
    let location: String
    let configuration: PostgresConfiguration
    let target: PostgresTarget
    let settings: PostgresSettings
    private let state = Lock(State())
    private let sum = Lock(PostgresCounters())

    /// Creates a pool, which connects on demand.
    init(_ configuration: PostgresConfiguration) throws(PostgresFailure) {
        self.configuration = configuration
        target = try PostgresTarget(configuration.connection)
        guard PostgresSettings.isUsable(configuration.schema) else { throw .invalidSchemaName }
        location = "\(target.location), schema \(configuration.schema)"
        settings = PostgresSettings(
            schema: configuration.schema,
            busyTimeout: configuration.busyTimeout,
            responseTimeout: configuration.responseTimeout,
            durability: configuration.durability
        )
    }

    deinit {
        // Closing writes to the server, which may block, so it happens on the connections' threads.
        for connection in state.withLock({ $0.idle + [$0.spare].compactMap(\.self) }) {
            Task { await connection.close() }
        }
    }

    /// The sum of the counters of all connections.
    var counters: PostgresCounters { sum.withLock { $0 } }

    // MARK: - Work

    /// Runs commands on one consistent state of the database, in one round trip.
    func read(
        _ scope: LibraryScope,
        _ commands: [PostgresCommand]
    ) async throws(PostgresFailure) -> [PostgresResult] {
        try await read { (session) throws(PostgresFailure) in try session.transaction(.read, scope, commands) }
    }

    /// Runs work that reads, and repeats it once if the connection breaks.
    func read<Result: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) async throws(PostgresFailure) -> Result {
        do throws(PostgresFailure) {
            return try await withConnection(body)
        } catch {
            guard error.isLoss else { throw error }
            return try await withConnection(body)
        }
    }

    /// Runs commands in a transaction, in one round trip; on return, it is committed and durable.
    ///
    /// - Throws: `unanswered` if the connection broke or the server was silent, so that the outcome is unknown.
    func write(
        _ scope: LibraryScope,
        _ commands: [PostgresCommand],
        afterwards: [PostgresCommand] = []
    ) async throws(PostgresFailure) -> [PostgresResult] {
        try await write { (session) throws(PostgresFailure) in
            try session.transaction(.write, scope, commands, afterwards: afterwards)
        }
    }

    /// Runs work that writes, and retries it where that can help.
    ///
    /// After a conflict with another transaction, the work is repeated; after a refusal by a read-only server, it is
    /// repeated on another connection.
    ///
    /// - Throws: `unanswered` if the connection broke or the server was silent, so that the outcome is unknown.
    func write<Result: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) async throws(PostgresFailure) -> Result {
        var attempts = 0
        while true {
            attempts += 1
            do throws(PostgresFailure) {
                return try await withConnection(body)
            } catch {
                if error.isLoss || error.isSilence { throw .unanswered(isSilent: error.isSilence) }
                guard case .call(let failure) = error else { throw error }
                let mostAttempts = failure.isTransient ? 5 : failure.sqlState == PostgresState.readOnly ? 2 : 1
                guard attempts < mostAttempts else { throw error }
            }
        }
    }

    /// Runs work on a connection that no other work uses meanwhile.
    func withConnection<Result: Sendable>(
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) async throws(PostgresFailure) -> Result {
        let deadline = ContinuousClock.now + configuration.acquireTimeout
        let connection = try await acquire()
        defer { release(connection) }
        while true {
            do throws(PostgresFailure) {
                return try await connection.run(in: state.withLock { $0.generation }, body)
            } catch {
                if error.isSilence { state.withLock { $0.generation += 1 } }
                // A server that was reachable before may come back or fail over; otherwise, the address is probably
                // wrong.
                guard error.isAway, counters.connectionsMade > 0, ContinuousClock.now < deadline else { throw error }
                await connection.pause(milliseconds: 100)
            }
        }
    }

    // MARK: - Locks

    /// Takes a lock that the server keeps for a connection, on a connection that does no other work.
    func hold(_ lock: PostgresCommand) async throws(PostgresFailure) -> PostgresConnection {
        let isClosed = state.withLock { $0.isClosed }
        guard !isClosed else { throw .closed }
        let connection = state.withLock { $0.spare.take() } ?? newConnection(0)
        do throws(PostgresFailure) {
            try await connection.run(in: state.withLock { $0.generation }) { (session) throws(PostgresFailure) in
                _ = try session.run([lock])
            }
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Releases a lock; if that fails, closes the connection, which releases the lock as well.
    func release(_ connection: PostgresConnection, _ unlock: PostgresCommand) async {
        do throws(PostgresFailure) {
            try await connection.run(in: state.withLock { $0.generation }) { (session) throws(PostgresFailure) in
                _ = try session.run([unlock])
            }
            let isKept = state.withLock { state in
                guard !state.isClosed, state.spare == nil else { return false }
                state.spare = connection
                return true
            }
            if isKept { return }
        } catch {
            // The connection is closed below, which releases the lock.
        }
        await connection.close()
    }

    // MARK: - Connections

    private func acquire() async throws(PostgresFailure) -> PostgresConnection {
        let result = await withCheckedContinuation { continuation in
            let known: Result<PostgresConnection, PostgresFailure>? = state.withLock { state in
                if state.isClosed { return .failure(.closed) }
                if let connection = state.idle.popLast() { return .success(connection) }
                if state.count < max(1, configuration.poolSize) + max(0, configuration.maximumOverflow) {
                    state.count += 1
                    return .success(newConnection(state.count))
                }
                let number = state.nextNumber
                state.nextNumber += 1
                let timeout = configuration.acquireTimeout
                let timer = Task { [weak self] in
                    // `try?`: the timer is cancelled once the waiter has its result, so there is nothing to report.
                    if (try? await Task.sleep(for: timeout)) != nil { self?.giveUp(number) }
                }
                state.waiters.append(Waiter(number: number, continuation: continuation, timer: timer))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
        return try result.get()
    }

    private func newConnection(_ number: Int) -> PostgresConnection {
        PostgresConnection(target, settings, label: "conversation-history.postgres.\(number)") { [weak self] counters in
            self?.sum.withLock { $0 += counters }
        }
    }

    private func release(_ connection: PostgresConnection) {
        let (waiter, isKept) = state.withLock { state -> (Waiter?, Bool) in
            if !state.isClosed, !state.waiters.isEmpty { return (state.waiters.removeFirst(), true) }
            if !state.isClosed, state.count <= max(1, configuration.poolSize) {
                state.idle.append(connection)
                return (nil, true)
            }
            state.count -= 1
            return (nil, false)
        }
        if let waiter {
            waiter.timer.cancel()
            waiter.continuation.resume(returning: .success(connection))
        } else if !isKept {
            Task { await connection.close() }
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: .failure(.exhausted))
    }

    /// Closes all connections once they have finished their work; later work fails.
    func close() async {
        let (idle, waiters) = state.withLock { state in
            defer { (state.idle, state.waiters) = ([], []) }
            state.isClosed = true
            state.count -= state.idle.count
            return (state.idle + [state.spare.take()].compactMap(\.self), state.waiters)
        }
        for waiter in waiters {
            waiter.timer.cancel()
            waiter.continuation.resume(returning: .failure(.closed))
        }
        for connection in idle { await connection.close() }
    }
}

/// Counters of a connection or a pool, which do not depend on the speed of the machine.
package struct PostgresCounters: Hashable, Sendable {
    /// The number of times that the client waited for the server.
    package var roundTrips = 0

    /// The number of commands, including those that begin and end transactions.
    package var commandsRun = 0

    /// The number of commands that the server prepared.
    package var commandsPrepared = 0

    /// The number of rows inserted, updated or deleted.
    package var rowsWritten = 0

    /// The number of connections opened.
    package var connectionsMade = 0

    package static func += (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips += right.roundTrips
        left.commandsRun += right.commandsRun
        left.commandsPrepared += right.commandsPrepared
        left.rowsWritten += right.rowsWritten
        left.connectionsMade += right.connectionsMade
    }

    package static func -= (left: inout PostgresCounters, right: PostgresCounters) {
        left.roundTrips -= right.roundTrips
        left.commandsRun -= right.commandsRun
        left.commandsPrepared -= right.commandsPrepared
        left.rowsWritten -= right.rowsWritten
        left.connectionsMade -= right.connectionsMade
    }

    package static func - (left: PostgresCounters, right: PostgresCounters) -> PostgresCounters {
        var difference = left
        difference -= right
        return difference
    }
}
#endif
