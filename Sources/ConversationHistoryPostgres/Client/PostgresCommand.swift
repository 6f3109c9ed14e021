#if PostgreSQL
/// A command with its parameters.
struct PostgresCommand: Sendable {
    /// The SQL, in which parameters are `$1`, `$2`, …; nothing that a caller gives is part of it.
    let sql: String

    let parameters: [PostgresValue]

    /// Whether the server keeps the command, as it will be run again.
    let isKept: Bool

    /// Whether the second column of its only row is the number of the rows that it has changed.
    let tellsCount: Bool

    init(_ sql: String, _ parameters: [PostgresValue] = [], isKept: Bool = true) {
        self.init(sql, parameters, isKept: isKept, tellsCount: false)
    }

    private init(_ sql: String, _ parameters: [PostgresValue], isKept: Bool, tellsCount: Bool) {
        self.sql = sql
        self.parameters = parameters
        self.isKept = isKept
        self.tellsCount = tellsCount
    }

    /// Runs a command that returns a row for each that it has changed; unless they are as many, nothing is done.
    ///
    /// - Parameters:
    ///   - count: How many there must be, in SQL.
    ///   - sqlState: The code of the failure otherwise.
    static func requiring(
        _ count: String,
        orElse sqlState: String,
        _ sql: String,
        _ parameters: [PostgresValue]
    ) -> PostgresCommand {
        PostgresCommand(
            """
            WITH changed AS (\(sql)), counted AS (SELECT count(*) AS count FROM changed)
            SELECT require(count = \(count), '\(sqlState)'), count FROM counted
            """,
            parameters,
            isKept: true,
            tellsCount: true
        )
    }
}
#endif
