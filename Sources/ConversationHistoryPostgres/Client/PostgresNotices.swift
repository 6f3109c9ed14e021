#if PostgreSQL
import ConversationHistory

/// The notifications by which libraries in different processes learn of changed conversations.
final class PostgresNotices: Sendable {
    private let target: PostgresTarget
    private let settings: PostgresSettings
    private let listeners = Lock<(next: Int, all: [Int: PostgresListener])?>((0, [:]))

    init(_ pool: PostgresConnectionPool) {
        target = pool.target
        settings = pool.settings
    }

    /// Returns a command that notifies other processes of a changed conversation, in its own transaction.
    ///
    /// Commits with notifications wait for each other, so a save never contains one. This transaction does not wait for
    /// the disk either. The payload is the conversation's id, in hexadecimal.
    static func notice(_ id: ConversationID, _ settings: PostgresSettings) -> PostgresCommand {
        PostgresCommand(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, encode($2, 'hex'))",
            [.text(settings.schema), .name(id.rawValue)]
        )
    }

    /// Returns the ids of conversations that change from now on; `nil` after a gap, when any may have changed.
    func updates() async throws(PostgresFailure) -> AsyncStream<ConversationID?> {
        let listener = PostgresListener(target, settings)
        try await listener.start()
        let number = listeners.withLock { listeners -> Int? in
            guard let number = listeners?.next else { return nil }
            listeners?.next += 1
            listeners?.all[number] = listener
            return number
        }
        guard let number else { throw .closed }
        return AsyncStream { continuation in
            continuation.onTermination = { [weak self] _ in
                listener.stop()
                self?.listeners.withLock { _ = $0?.all.removeValue(forKey: number) }
            }
            Task {
                await listener.run { continuation.yield($0) }
                continuation.finish()
            }
        }
    }

    /// Stops all listeners permanently.
    func close() {
        let all = listeners.withLock { listeners in
            defer { listeners = nil }
            return listeners?.all ?? [:]
        }
        for listener in all.values { listener.stop() }
    }
}
#endif
