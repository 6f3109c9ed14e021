#if PostgreSQL
import ConversationHistory

/// What tells libraries in other processes which conversations have changed.
final class PostgresNotices: Sendable {
    private let target: PostgresTarget
    private let settings: PostgresSettings
    private let listeners = Lock<(next: Int, all: [Int: PostgresListener])?>((0, [:]))

    init(_ pool: PostgresConnectionPool) {
        target = pool.target
        settings = pool.settings
    }

    /// Says that a conversation has changed, in a transaction of its own.
    ///
    /// A notice in a transaction would make it wait for all others that have one; this one is not even waited for to be
    /// on the disk. Only the id is told, in hexadecimal.
    static func notice(_ id: ConversationID, _ settings: PostgresSettings) -> PostgresCommand {
        PostgresCommand(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, encode($2, 'hex'))",
            [.text(settings.schema), .name(id.rawValue)]
        )
    }

    /// Returns what has changed from now on; `nil` stands for anything, after a time in which nothing was heard.
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

    /// Ends all that listens, for good.
    func close() {
        let all = listeners.withLock { listeners in
            defer { listeners = nil }
            return listeners?.all ?? [:]
        }
        for listener in all.values { listener.stop() }
    }
}
#endif
