#if PostgreSQL
import ConversationHistory

/// A connection that works on a thread of its own, which may block; it is made when it is needed, and again.
actor PostgresConnection {
    private let target: PostgresTarget
    private let settings: PostgresSettings
    private let report: @Sendable (PostgresCounters) -> Void
    private let executor: BlockingExecutor
    private var session: PostgresSession?
    /// The generation of the pool in which the present session was made.
    private var generation = 0
    /// What has been reported of the present session.
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

    /// Works with the connection, from beginning to end without an interruption.
    ///
    /// What the work leaves open is undone. A connection that broke is made anew for what comes next.
    ///
    /// - Parameter generation: A session of an earlier generation is not used any more.
    /// - Throws: `unreachable` only if the work was not begun.
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
            // A server that only reads now is not the one to go on with; another host may be. And of one that is silent,
            // nothing is asked any more.
            if error.sqlState == PostgresState.readOnly || error.isSilence { self.session = nil }
            if case .pooledByTransaction = error { self.session = nil }
            throw error
        }
    }

    /// Lets the thread wait for a moment, whatever becomes of the task.
    func pause(milliseconds: UInt32) { PostgresSystem.pause(milliseconds: milliseconds) }

    /// Closes the connection; it would be made anew.
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
