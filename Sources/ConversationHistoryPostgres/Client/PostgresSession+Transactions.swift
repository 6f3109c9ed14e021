#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory
import ConversationHistoryLibrary

/// What a transaction may do.
enum PostgresTransactionMode: Sendable {
    /// Sees the database as it is at one moment, and changes nothing.
    case read
    /// Sees what others have committed before each command.
    case write
    /// Sees the database as it is at one moment; what others have changed since it cannot change.
    case isolatedWrite
    /// Brings the schema to another version, or makes it.
    case migration

    fileprivate var begin: PostgresCommand {
        switch self {
        case .read: PostgresCommand("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        case .write, .migration: PostgresCommand("BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE")
        case .isolatedWrite: PostgresCommand("BEGIN ISOLATION LEVEL REPEATABLE READ, READ WRITE")
        }
    }
}

extension PostgresSession {
    /// Runs commands in a transaction, all in one round trip.
    ///
    /// - Parameters:
    ///   - mode: What the transaction may do.
    ///   - scope: Whose rows the server shows, if it does not show this role all of them.
    ///   - commands: The commands.
    ///   - afterwards: What is run after the commit, if it was committed.
    /// - Returns: The results of the commands.
    func transaction(
        _ mode: PostgresTransactionMode,
        _ scope: LibraryScope,
        _ commands: [PostgresCommand],
        afterwards: [PostgresCommand] = []
    ) throws(PostgresFailure) -> [PostgresResult] {
        let start = start(of: mode, scope)
        let outcome = perform(start + commands + [PostgresCommand("COMMIT")] + afterwards)
        let count = start.count + commands.count
        // Once the commit is answered, nothing that fails behind it undoes it.
        if outcome.results.count <= count, let failure = outcome.failure { throw failure }
        return Array(outcome.results[start.count..<count])
    }

    /// Runs work in a transaction, which begins with its first commands and is committed when it returns.
    func transaction<Result>(
        _ mode: PostgresTransactionMode,
        _ scope: LibraryScope,
        afterwards: [PostgresCommand] = [],
        _ body: (PostgresSession) throws(PostgresFailure) -> Result
    ) throws(PostgresFailure) -> Result {
        prefix = start(of: mode, scope)
        let result = try body(self)
        guard prefix.isEmpty else {
            // Nothing was done, as it has not begun.
            prefix = []
            return result
        }
        let outcome = perform([PostgresCommand("COMMIT")] + afterwards)
        if outcome.results.isEmpty, let failure = outcome.failure { throw failure }
        return result
    }

    private func start(of mode: PostgresTransactionMode, _ scope: LibraryScope) -> [PostgresCommand] {
        var commands = [mode.begin]
        // Before the transaction's moment: it has to be one at which no later version is at work any more.
        if case .isolatedWrite = mode { commands.append(LibrarySchema.waitForMigration) }
        if isPooled { commands.append(ownershipCheck) }
        if scope != .everyone { commands.append(scope.command) }
        switch mode {
        case .read, .migration: break
        case .write, .isolatedWrite: commands.append(LibrarySchema.checkVersion)
        }
        return commands
    }

    /// Ends a transaction that was left open.
    ///
    /// - Returns: Whether the connection can be used again.
    func recover() -> Bool {
        prefix = []
        switch PQtransactionStatus(handle) {
        case PQTRANS_IDLE: return PQstatus(handle) == CONNECTION_OK
        case PQTRANS_INTRANS, PQTRANS_INERROR:
            do throws(PostgresFailure) {
                _ = try run([PostgresCommand("ROLLBACK")])
                return true
            } catch { return false }
        default: return false
        }
    }
}

extension LibraryScope {
    /// Tells the server whose rows it may show, for the transaction.
    fileprivate var command: PostgresCommand {
        PostgresCommand(
            """
            SELECT set_config('conversation_history.user', $1, true),
              set_config('conversation_history.organization', $2, true)
            """,
            [.text(Self.setting(user)), .text(Self.setting(organization))]
        )
    }

    /// A name as a setting, where nothing is the empty text, and which cannot hold a NUL.
    private static func setting(_ name: String?) -> String {
        guard let name else { return "" }
        let bytes = name.utf8
        guard bytes.isEmpty || bytes.contains(0) || name.hasPrefix("\\x") || !bytes.allSatisfy({ $0 < 0x80 }) else {
            return name
        }
        let digits = Array("0123456789abcdef")
        return bytes.reduce(into: "\\x") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
    }
}

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
