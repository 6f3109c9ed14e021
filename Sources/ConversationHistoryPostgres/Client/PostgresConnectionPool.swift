#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary

/// Connections to one database, each for one piece of work at a time.
///
/// Work waits for a connection without blocking a thread. A write that has begun is finished whatever becomes of the
/// task: a turn that was cancelled is still to be saved, and it is the cancelled task that saves it.
final class PostgresConnectionPool: Sendable {
    /// Who waits for a connection.
    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Result<PostgresConnection, PostgresFailure>, Never>
        let timer: Task<Void, Never>
    }

    private struct State {
        var idle: [PostgresConnection] = []
        /// Those in use and those that are not.
        var count = 0
        var waiters: [Waiter] = []
        /// One that has held a lock and is free, to be used for the next one.
        var spare: PostgresConnection?
        var nextNumber = 0
        var isClosed = false
        /// Counts how often the server was silent: what was connected to it before is not to be waited for again.
        var generation = 0
    }

    /// Hosts, database and schema, without any secret.
    let location: String
    let configuration: PostgresConfiguration
    let target: PostgresTarget
    let settings: PostgresSettings
    private let state = Lock(State())
    private let sum = Lock(PostgresCounters())

    /// Creates a pool; a connection is made when it is needed.
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
        // Closing writes to the server, which is the connections' threads' to do.
        for connection in state.withLock({ $0.idle + [$0.spare].compactMap(\.self) }) {
            Task { await connection.close() }
        }
    }

    /// What all connections have done.
    var counters: PostgresCounters { sum.withLock { $0 } }

    // MARK: - Work

    /// Runs commands on the database as it is at one moment, in one round trip.
    func read(
        _ scope: LibraryScope,
        _ commands: [PostgresCommand]
    ) async throws(PostgresFailure) -> [PostgresResult] {
        try await read { (session) throws(PostgresFailure) in try session.transaction(.read, scope, commands) }
    }

    /// Runs work that reads; it is done again if a connection breaks under it.
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

    /// Runs commands in a transaction, in one round trip; it is committed, and durable, when this returns.
    ///
    /// - Throws: `unanswered` if the connection broke, so that it is not known whether it was committed.
    func write(
        _ scope: LibraryScope,
        _ commands: [PostgresCommand],
        afterwards: [PostgresCommand] = []
    ) async throws(PostgresFailure) -> [PostgresResult] {
        try await write { (session) throws(PostgresFailure) in
            try session.transaction(.write, scope, commands, afterwards: afterwards)
        }
    }

    /// Runs work that writes; it is done again if another transaction was in its way, or on another connection if the
    /// server of the first one only reads.
    ///
    /// - Throws: `unanswered` if the connection broke, so that it is not known whether it was done.
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

    /// Runs work on a connection that nobody else uses meanwhile.
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
                // A server that was there may come back, or another takes its place; one that never was is wrong.
                guard error.isAway, counters.connectionsMade > 0, ContinuousClock.now < deadline else { throw error }
                await connection.pause(milliseconds: 100)
            }
        }
    }

    // MARK: - Locks beside the work

    /// Takes a lock that the server keeps for a connection, on one that no other work waits for or is done on.
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

    /// Gives a lock back; a connection on which that fails is closed, and the lock goes with it.
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
            // As where it is not kept.
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
                    // It is cancelled when there is a connection: then there is nobody to tell.
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

    /// Closes all the connections, after the work that has begun; whatever comes later fails.
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

/// What a connection, or all of a pool, have done: figures that do not depend on the machine.
package struct PostgresCounters: Hashable, Sendable {
    /// How often the server was waited for.
    package var roundTrips = 0

    /// How many commands were run, those that begin and end transactions included.
    package var commandsRun = 0

    /// How many commands the server was given to keep.
    package var commandsPrepared = 0

    /// How many rows were inserted, updated or deleted.
    package var rowsWritten = 0

    /// How many connections were made.
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
