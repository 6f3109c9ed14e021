#if PostgreSQL
import ConversationHistory

/// What each connection is set to when it is made.
struct PostgresSettings: Sendable {
    var schema: String
    var busyTimeout: Duration
    var responseTimeout: Duration
    var durability: Durability

    /// What is known of a pooler between the connections and the server.
    let pooler = PoolerKind()

    /// How long the server may be silent: it may wait for others before it answers.
    var patience: Duration { .seconds(min((responseTimeout + busyTimeout) / .seconds(1), 1e9)) }

    /// Whether the name of a schema is one that the server takes for what it is.
    ///
    /// In a search path `$user` is the session's role, whatever it is quoted by; what the server's own schemas are called
    /// is reserved.
    static func isUsable(_ schema: String) -> Bool {
        let bytes = schema.utf8
        return (1...63).contains(bytes.count) && !bytes.contains(0) && !bytes.starts(with: "pg_".utf8)
            && !["$user", "information_schema"].contains { bytes.elementsEqual($0.utf8) }
    }

    /// A name as SQL has it.
    ///
    /// By bytes: a quotation mark that a combining mark follows is one for the server, and no character of its own here.
    static func quoted(_ name: String) -> String {
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.unicodeScalars.append("\"")
        return quoted
    }

    /// Sets a connection; nothing of it depends on what the server is set to.
    ///
    /// No query of a library runs for as long as the server would need to compile it. And whatever is asked of one
    /// conversation has an index, which the server would leave for a look at every row where most of them belong to a
    /// few long conversations.
    ///
    /// - Parameters:
    ///   - backend: The number of the server's process, as the connection was told. If the server says another one, there
    ///     is a pooler in between, and nothing is set; `nil` sets it in any case.
    ///   - token: What the session is known by from then on.
    func command(unlessPooledBehind backend: Int32?, token: String) -> PostgresCommand {
        let milliseconds = max(1, busyTimeout / .milliseconds(1))
        return PostgresCommand(
            """
            SELECT pid::bigint, CASE WHEN NOT is_pooled THEN concat(
              set_config('search_path', $1, false), set_config('lock_timeout', $2, false),
              set_config('jit', 'off', false), set_config('enable_seqscan', 'off', false),
              set_config('synchronous_commit', CASE WHEN $3 THEN 'off'
                WHEN current_setting('synchronous_commit') = 'off' THEN 'on'
                ELSE current_setting('synchronous_commit') END, false),
              set_config('\(Self.tokenName)', $5, false)) END,
              octet_length($6) <= current_setting('max_identifier_length')::int
            FROM (SELECT pg_backend_pid() AS pid, coalesce(pg_backend_pid() <> $4, false) AS is_pooled) AS connection
            """,
            [
                // Without the last, the temporary tables of a session would be looked through first.
                .text("\(Self.quoted(schema)), pg_temp"), .text("\(Int(min(milliseconds, 2e9)))ms"),
                .bool(durability == .processCrash), .int(backend.map(Int64.init)), .text(token),
                // The server would cut it, in its own encoding.
                .text(schema),
            ],
            isKept: false
        )
    }

    /// The setting by which a session is told from others.
    static let tokenName = "conversation_history.session"
}

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
