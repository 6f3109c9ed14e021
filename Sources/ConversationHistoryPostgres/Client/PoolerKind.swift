#if PostgreSQL
import ConversationHistory

/// What is known of a pooler between the connections of a library and the server.
///
/// A pooler that gives each transaction another connection to the server (pgbouncer's `pool_mode = transaction`) cannot be
/// worked with: settings, kept commands and what is listened to belong to a connection. Poolers do not say what they
/// do, so it is tried out, before anything is set that another program could find.
final class PoolerKind: Sendable {
    private let keepsSessions = Lock(false)

    /// Throws if transactions of one session do not all come to the same process of the server, or if those of two
    /// sessions do.
    ///
    /// - Parameters:
    ///   - session: A session that goes by a pooler, and nothing was set of yet.
    ///   - connect: Makes another one.
    func check(
        _ session: PostgresSession,
        beside connect: () throws(PostgresFailure) -> PostgresSession
    ) throws(PostgresFailure) {
        if keepsSessions.withLock({ $0 }) { return }
        let own = try session.process()
        do throws(PostgresFailure) {
            // A pooler by session may have no connection left; one by transaction has that of the other session.
            let other = try connect()
            other.patience = .seconds(2)
            let others = try other.process()
            for _ in 0..<4 {
                let (own2, others2) = (try session.process(), try other.process())
                guard own2 == own, others2 == others, own != others else { throw .pooledByTransaction }
            }
        } catch {
            if case .pooledByTransaction = error { throw error }
        }
        keepsSessions.withLock { $0 = true }
    }
}

extension PostgresSession {
    /// The number of the server's process that does a transaction of this session.
    fileprivate func process() throws(PostgresFailure) -> Int {
        try run([PostgresCommand("SELECT pg_backend_pid()::bigint", isKept: false)])[0].int(0, 0)
    }
}
#endif
