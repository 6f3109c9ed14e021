#if PostgreSQL
import ConversationHistory

/// A connection that works on its own thread, which may block; it connects on demand and after a loss.
actor PostgresConnection {
    private let target: PostgresTarget
    private let settings: PostgresSettings
    private let report: @Sendable (PostgresCounters) -> Void
    private let executor: BlockingExecutor
    private var session: PostgresSession?
    /// The pool's generation in which the current session was created.
    private var generation = 0
    /// The counters of the current session that were already reported.
    private var reported = PostgresCounters()

    init(
        _ target: PostgresTarget,
        _ settings: PostgresSettings,
        label: String,
        report: @escaping @Sendable (PostgresCounters) -> Void
    ) {
        self.target = target
        self.settings = settings
        self.report = report
        executor = BlockingExecutor(label: label)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs work on the connection, without interruption.
    ///
    /// An open transaction is rolled back after the work. A broken connection is replaced before the next work.
    ///
    /// - Parameter generation: The pool's generation; sessions of earlier generations are closed.
    /// - Throws: `unreachable` only if the work did not begin.
    func run<Result: Sendable>(
        in generation: Int,
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) throws(PostgresFailure) -> Result {
        let session = try usableSession(of: generation)
        defer {
            if self.session != nil, !session.isIdle, !session.recover() { self.session = nil }
            reportCounters(of: session)
        }
        do throws(PostgresFailure) { return try body(session) } catch {
            // A new connection may reach another host that accepts writes. A silent server gets no further request.
            if error.sqlState == PostgresState.readOnly || error.isSilence { self.session = nil }
            if case .pooledByTransaction = error { self.session = nil }
            throw error
        }
    }

    /// Blocks the thread for a moment, even if the task is cancelled.
    func pause(milliseconds: UInt32) { PostgresSystem.pause(milliseconds: milliseconds) }

    /// Closes the connection; later work connects again.
    func close() { session = nil }

    private func usableSession(of generation: Int) throws(PostgresFailure) -> PostgresSession {
        if let session, self.generation == generation, session.isAlive { return session }
        session = nil
        self.generation = generation
        let session = try PostgresSession.connect(to: target, settings)
        reported = PostgresCounters()
        self.session = session
        return session
    }

    private func reportCounters(of session: PostgresSession) {
        var difference = session.counters
        difference -= reported
        reported = session.counters
        report(difference)
    }
}
#endif
