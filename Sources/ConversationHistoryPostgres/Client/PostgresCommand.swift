#if PostgreSQL
/// A command with its parameters.
struct PostgresCommand: Sendable {
    /// The SQL, in which parameters are `$1`, `$2`, …; nothing that a caller gives is part of it.
    let sql: String

    let parameters: [PostgresValue]

    /// Whether the server keeps the command, as it will be run again.
    let isKept: Bool

    init(_ sql: String, _ parameters: [PostgresValue] = [], isKept: Bool = true) {
        self.sql = sql
        self.parameters = parameters
        self.isKept = isKept
    }
}
#endif
