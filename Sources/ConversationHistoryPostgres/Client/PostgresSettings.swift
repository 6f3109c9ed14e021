#if PostgreSQL
import ConversationHistory

/// What each connection is set to when it is made.
struct PostgresSettings: Sendable {
    var schema: String
    var busyTimeout: Duration
    var durability: Durability

    /// A name as SQL has it.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Sets a connection; nothing of it depends on what the server is set to.
    ///
    /// No query of a library runs for as long as the server would need to compile it. And whatever is asked of one
    /// conversation has an index, which the server would leave for a look at every row where most of them belong to a
    /// few long conversations.
    var command: PostgresCommand {
        let milliseconds = max(1, busyTimeout / .milliseconds(1))
        return PostgresCommand(
            """
            SELECT set_config('search_path', $1, false), set_config('lock_timeout', $2, false),
              set_config('jit', 'off', false), set_config('enable_seqscan', 'off', false),
              set_config('synchronous_commit', CASE WHEN $3 THEN 'off'
                WHEN current_setting('synchronous_commit') = 'off' THEN 'on'
                ELSE current_setting('synchronous_commit') END, false)
            """,
            [
                // Without the last, the temporary tables of a session would be looked through first.
                .text("\(Self.quoted(schema)), pg_temp"), .text("\(Int(min(milliseconds, 2e9)))ms"),
                .bool(durability == .processCrash),
            ],
            isKept: false
        )
    }
}
#endif
