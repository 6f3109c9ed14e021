#if PostgreSQL
extension PostgresSession {
    /// Passes on the rows that a command finds, some at a time; once within a transaction, with which it ends.
    ///
    /// - Parameters:
    ///   - query: A query.
    ///   - count: How many rows are asked for at a time.
    ///   - body: Gets the rows, and returns whether it wants more of them.
    func eachRow(
        of query: PostgresCommand,
        count: Int,
        _ body: (PostgresResult) throws(PostgresFailure) -> Bool
    ) throws(PostgresFailure) {
        let declare = PostgresCommand(
            "DECLARE found NO SCROLL CURSOR FOR \(query.sql)",
            query.parameters,
            isKept: false
        )
        try eachRow(openedBy: [declare], count: count, body)
    }

    /// The same with commands that open the cursor, which is called "found".
    func eachRow(
        openedBy commands: [PostgresCommand],
        count: Int,
        _ body: (PostgresResult) throws(PostgresFailure) -> Bool
    ) throws(PostgresFailure) {
        let fetch = PostgresCommand("FETCH FORWARD \(count) FROM found", isKept: false)
        var rows = try run(commands + [fetch])[commands.count]
        while try body(rows), rows.count == count { rows = try run([fetch])[0] }
    }
}
#endif
