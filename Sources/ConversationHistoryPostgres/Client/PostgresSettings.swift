#if PostgreSQL
import ConversationHistory

/// The settings that each new connection receives.
struct PostgresSettings: Sendable {
    var schema: String
    var busyTimeout: Duration
    var responseTimeout: Duration
    var durability: Durability

    /// The pooling mode between the connections and the server, as far as known.
    let pooler = PoolerKind()

    /// The maximum time that the server may take to respond, including its wait for other writers.
    var patience: Duration { .seconds(min((responseTimeout + busyTimeout) / .seconds(1), 1e9)) }

    /// Whether the server accepts the schema name and takes it literally.
    ///
    /// In a search path, `$user` means the session's role even if it is quoted, and the names of system schemas are
    /// reserved.
    static func isUsable(_ schema: String) -> Bool {
        let bytes = schema.utf8
        return (1...63).contains(bytes.count) && !bytes.contains(0) && !bytes.starts(with: "pg_".utf8)
            && !["$user", "information_schema"].contains { bytes.elementsEqual($0.utf8) }
    }

    /// Returns a name as an SQL identifier.
    ///
    /// The loop goes by Unicode scalars, because a quotation mark with a combining mark is a single character in Swift,
    /// but still a quotation mark for the server.
    static func quoted(_ name: String) -> String {
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.unicodeScalars.append("\"")
        return quoted
    }

    /// Returns the command that configures a connection independently of the server's own configuration.
    ///
    /// JIT is off because compiling takes the server longer than running any query of a library. Sequential scans are
    /// off because every query for one conversation has an index, which the planner would ignore where a few long
    /// conversations own most of the rows.
    ///
    /// - Parameters:
    ///   - backend: The server's process ID, as reported to the connection. If the server returns another one, there is
    ///     a pooler in between, and nothing is set; `nil` skips this check.
    ///   - token: The token that identifies the session from then on.
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
                // Without `pg_temp` at the end, the server would search the session's temporary tables first.
                .text("\(Self.quoted(schema)), pg_temp"), .text("\(Int(min(milliseconds, 2e9)))ms"),
                .bool(durability == .processCrash), .int(backend.map(Int64.init)), .text(token),
                // The server would truncate a longer name, in its own encoding.
                .text(schema),
            ],
            isKept: false
        )
    }

    /// The setting that identifies a session.
    static let tokenName = "conversation_history.session"
}

/// The pooling mode between the connections of a library and the server, as far as known.
///
/// Transaction pooling (pgbouncer's `pool_mode = transaction`) is unsupported, because settings, prepared commands and
/// subscriptions belong to a server connection. Poolers do not report their mode, so it is tested before anything is
/// set that another program could find.
final class PoolerKind: Sendable {
    private let keepsSessions = Lock(false)

    /// Throws unless each of two sessions keeps its own server process across transactions.
    ///
    /// - Parameters:
    ///   - session: A session through a pooler that has no settings yet.
    ///   - connect: Opens another session.
    func check(
        _ session: PostgresSession,
        beside connect: () throws(PostgresFailure) -> PostgresSession
    ) throws(PostgresFailure) {
        if keepsSessions.withLock({ $0 }) { return }
        let own = try session.process()
        do throws(PostgresFailure) {
            // A session pooler may have no connection left; a transaction pooler reuses the other session's connection.
            let other = try connect()
            other.patience = .seconds(2)
            let others = try other.process()
            for _ in 0..<4 {
                let (own2, others2) = (try session.process(), try other.process())
                guard own2 == own, others2 == others, own != others else { throw .pooledByTransaction }
            }
            keepsSessions.withLock { $0 = true }
        } catch {
            // Any other failure proves nothing, so the next connection repeats the check.
            if case .pooledByTransaction = error { throw error }
        }
    }
}

extension PostgresSession {
    /// Returns the ID of the server process that runs a transaction of this session.
    fileprivate func process() throws(PostgresFailure) -> Int {
        try run([PostgresCommand("SELECT pg_backend_pid()::bigint", isKept: false)])[0].int(0, 0)
    }
}
#endif
