#if PostgreSQL
import CConversationHistoryPostgres
import ConversationHistory
import ConversationHistoryLibrary

/// The isolation and access of a transaction.
enum PostgresTransactionMode: Sendable {
    /// Sees one consistent state of the database, and changes nothing.
    case read
    /// Sees everything that was committed before each command.
    case write
    /// Sees one consistent state of the database, and cannot change rows that others have changed since.
    case isolatedWrite
    /// Creates the schema or migrates it to another version.
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
    /// Runs commands in a transaction, in one round trip.
    ///
    /// - Parameters:
    ///   - mode: The isolation and access of the transaction.
    ///   - scope: The owner whose rows the server shows, unless it shows this role all rows.
    ///   - commands: The commands.
    ///   - afterwards: The commands to run after a successful commit.
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
        // A failure after the commit does not undo it.
        if outcome.results.count <= count, let failure = outcome.failure { throw failure }
        return Array(outcome.results[start.count..<count])
    }

    /// Runs work in a transaction, which begins with its first commands and is committed when the work returns.
    func transaction<Result>(
        _ mode: PostgresTransactionMode,
        _ scope: LibraryScope,
        afterwards: [PostgresCommand] = [],
        _ body: (PostgresSession) throws(PostgresFailure) -> Result
    ) throws(PostgresFailure) -> Result {
        prefix = start(of: mode, scope)
        let result = try body(self)
        guard prefix.isEmpty else {
            // The work ran no command, so the transaction did not begin.
            prefix = []
            return result
        }
        let outcome = perform([PostgresCommand("COMMIT")] + afterwards)
        if outcome.results.isEmpty, let failure = outcome.failure { throw failure }
        return result
    }

    private func start(of mode: PostgresTransactionMode, _ scope: LibraryScope) -> [PostgresCommand] {
        var commands = [mode.begin]
        // The wait comes before the transaction fixes the state that it sees, which must not predate a migration.
        if case .isolatedWrite = mode { commands.append(LibrarySchema.waitForMigration) }
        if isPooled { commands.append(ownershipCheck) }
        if scope != .everyone { commands.append(scope.command) }
        switch mode {
        case .read, .migration: break
        case .write, .isolatedWrite: commands.append(LibrarySchema.checkVersion)
        }
        return commands
    }

    /// Ends an open transaction.
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
    /// The command that tells the server whose rows to show in the transaction.
    fileprivate var command: PostgresCommand {
        PostgresCommand(
            """
            SELECT set_config('conversation_history.user', $1, true),
              set_config('conversation_history.organization', $2, true)
            """,
            [.text(Self.setting(user)), .text(Self.setting(organization))]
        )
    }

    /// Encodes a name as a setting, which cannot hold a NUL and in which an empty text means no name.
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
    /// Passes on the rows of a query in batches.
    ///
    /// A transaction may call it only once, because the cursor stays open until the transaction ends.
    ///
    /// - Parameters:
    ///   - query: A query.
    ///   - count: The number of rows in a batch.
    ///   - body: A closure that receives the rows and returns whether it wants more.
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

    /// Passes on the rows of the cursor `found`, which the commands open, in batches.
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
