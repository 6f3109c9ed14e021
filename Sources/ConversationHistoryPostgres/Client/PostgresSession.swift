#if PostgreSQL
import CConversationHistoryPostgres

/// A connection to the server, used on one thread at a time.
///
/// The connection is always in pipeline mode and never blocks in libpq, because this code waits for the socket itself.
final class PostgresSession {
    /// The maximum number of commands that the server keeps prepared.
    private static let keptCount = 256

    /// The approximate number of bytes to collect before sending.
    private static let sentCount = 1 << 16

    let handle: OpaquePointer
    private(set) var counters = PostgresCounters()

    /// The maximum time that the server may take to respond.
    var patience: Duration

    /// Whether the connection goes through a pooler.
    private(set) var isPooled = false

    /// A random token that identifies the session.
    private let token = String(UInt64.random(in: 0 ... .max), radix: 36)

    /// The names of the prepared commands, by their SQL.
    private var names: [String: String] = [:]
    private var nextName = 0

    /// Commands to send before the next ones, in the same round trip.
    var prefix: [PostgresCommand] = []

    /// Takes ownership of a connection.
    private init(_ handle: OpaquePointer, patience: Duration) {
        self.handle = handle
        self.patience = patience
        counters.connectionsMade = 1
        // libpq would print server notices.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Connects, and blocks for up to libpq's own time limits.
    static func connect(
        to target: PostgresTarget,
        _ settings: PostgresSettings
    ) throws(PostgresFailure) -> PostgresSession {
        let session = try connect(to: target, patience: settings.patience)
        do throws(PostgresFailure) { try session.set(settings, target) } catch {
            // No work was sent yet, so its outcome is not in doubt.
            guard error.isLoss || error.isSilence else { throw error }
            let text = error.isLoss ? "The server has ended the connection at once." : "The server does not answer."
            throw .unreachable(.away, text)
        }
        return session
    }

    /// Configures the connection; throws if a pooler would give other sessions the settings.
    private func set(_ settings: PostgresSettings, _ target: PostgresTarget) throws(PostgresFailure) {
        let set = settings.command(unlessPooledBehind: backend, token: token)
        let result = try run([set])[0]
        let process = try result.int(0, 0)
        guard try result.bool(0, 2) else { throw .invalidSchemaName }
        isPooled = process != Int(backend)
        guard isPooled else { return }
        try settings.pooler.check(self) { () throws(PostgresFailure) in
            try Self.connect(to: target, patience: settings.patience)
        }
        _ = try run([settings.command(unlessPooledBehind: nil, token: token)])
    }

    /// The command that ends the transaction if a pooler moved it to a server connection that others configured.
    var ownershipCheck: PostgresCommand {
        // It divides by zero, because the library's own functions could not be found there.
        PostgresCommand(
            """
            SELECT 1 / CASE WHEN current_setting('\(PostgresSettings.tokenName)', true) = $1 THEN 1 ELSE 0 END
            """,
            [.text(token)]
        )
    }

    /// Connects without setting anything.
    static func connect(
        to target: PostgresTarget,
        patience: Duration
    ) throws(PostgresFailure) -> PostgresSession {
        let keywords = CStrings(target.keywords.map(\.keyword))
        let values = CStrings(target.keywords.map(\.value))
        guard let handle = PQconnectdbParams(keywords.pointers, values.pointers, 0) else {
            throw .unreachable(.away, "There is no memory for a connection.")
        }
        // From here on, the session owns the connection.
        let session = PostgresSession(handle, patience: patience)
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
            throw .unreachable(reachability(message), target.redacted(message))
        }
        let version = PQserverVersion(handle)
        guard version >= 120_000 else { throw .unsuitableServer(version: version) }
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            throw .lost(call: "PQenterPipelineMode")
        }
        return session
    }

    /// Classifies a failed connection by libpq's message, because no codes exist before there is a connection.
    ///
    /// The messages are matched in English; in other languages, every failure counts as `away`.
    private static func reachability(_ message: String) -> PostgresFailure.Reachability {
        func says(_ texts: String...) -> Bool { texts.contains { message.contains($0) } }
        if says("too many connections", "too many clients", "remaining connection slots") { return .crowded }
        if says("starting up", "shutting down", "recovery mode") { return .away }
        if says("authentication failed", "no password supplied", "pg_hba.conf", "permission denied", "not permitted") {
            return .notAllowed
        }
        if says("role \"") && says("does not exist") { return .notAllowed }
        if says("database \"") && says("does not exist") { return .noDatabase }
        return .away
    }

    /// Whether the connection can still be used, as far as known without a request.
    var isAlive: Bool {
        // A server that closes a connection first sends the reason, and then the end; notices may come before.
        for _ in 0..<8 {
            guard PQstatus(handle) == CONNECTION_OK else { return false }
            guard PostgresSystem.hasInput(PQsocket(handle)) else { return true }
            guard PQconsumeInput(handle) == 1 else { return false }
            _ = PQisBusy(handle)
        }
        return false
    }

    /// Whether no transaction is open or about to begin.
    var isIdle: Bool { prefix.isEmpty && PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// The process ID by which the server identifies this connection.
    var backend: Int32 { PQbackendPID(handle) }

    // MARK: - Commands

    /// Runs commands in one round trip; the server skips all commands after the first failure.
    ///
    /// Outside of a transaction, the commands form one.
    func run(_ commands: [PostgresCommand]) throws(PostgresFailure) -> [PostgresResult] {
        let ahead = prefix
        prefix = []
        let outcome = perform(ahead + commands)
        if let failure = outcome.failure { throw failure }
        return Array(outcome.results.dropFirst(ahead.count))
    }

    /// Runs commands in one round trip, and returns the results up to the first failure.
    func perform(_ commands: [PostgresCommand]) -> (results: [PostgresResult], failure: PostgresFailure?) {
        var results: [PostgresResult] = []
        do throws(PostgresFailure) {
            var steps: [Step] = []
            var waiting = 0
            for command in commands {
                try send(command, &steps)
                waiting += command.parameters.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
                // Small commands are sent together. Large ones are sent early, so that memory holds only unsent bytes.
                guard waiting > Self.sentCount else { continue }
                try flush()
                waiting = 0
            }
            guard PQpipelineSync(handle) == 1 else { throw .lost(call: "PQpipelineSync") }
            try flush()
            counters.roundTrips += 1
            try receive(steps, &results)
            return (results, nil)
        } catch { return (results, meaning(of: error, isFirst: results.isEmpty, in: commands)) }
    }

    /// Returns a more exact failure where the server's code alone is ambiguous.
    private func meaning(
        of failure: PostgresFailure,
        isFirst: Bool,
        in commands: [PostgresCommand]
    ) -> PostgresFailure {
        switch failure.sqlState {
        // A write transaction cannot begin because the server is a standby.
        case PostgresState.featureNotSupported where isFirst && commands.first?.sql.hasPrefix("BEGIN") == true:
            .call("PQgetResult", PostgresState.readOnly)
        // The session's settings or prepared commands are missing.
        case PostgresState.divisionByZero where isPooled, PostgresState.unknownStatement where isPooled:
            .pooledByTransaction
        default: failure
        }
    }

    /// A request to the server.
    private enum Step {
        case prepare(sql: String)
        case run(tellsCount: Bool)
    }

    private func send(_ command: PostgresCommand, _ steps: inout [Step]) throws(PostgresFailure) {
        let parameters = ParameterBuffers(command.parameters)
        var name = names[command.sql]
        if name == nil, command.isKept, names.count < Self.keptCount {
            // Behind a pooler, commands of different sessions must not share a name.
            let newName = isPooled ? "\(token).\(nextName)" : "c\(nextName)"
            nextName += 1
            guard PQsendPrepare(handle, newName, command.sql, parameters.count, parameters.kinds) == 1 else {
                throw .lost(call: "PQsendPrepare")
            }
            steps.append(.prepare(sql: command.sql))
            names[command.sql] = newName
            name = newName
            counters.commandsPrepared += 1
        }
        let isSent = parameters.withPointers { values, lengths, formats in
            if let name {
                PQsendQueryPrepared(handle, name, parameters.count, values, lengths, formats, 1)
            } else {
                PQsendQueryParams(
                    handle,
                    command.sql,
                    parameters.count,
                    parameters.kinds,
                    values,
                    lengths,
                    formats,
                    1
                )
            }
        }
        guard isSent == 1 else { throw .lost(call: "PQsendQueryPrepared") }
        steps.append(.run(tellsCount: command.tellsCount))
        counters.commandsRun += 1
    }

    /// Sends all waiting bytes, and reads responses meanwhile, so that neither side waits for the other.
    private func flush() throws(PostgresFailure) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                switch PostgresSystem.wait(PQsocket(handle), toWrite: true, until: .now + patience) {
                case .writable: break
                case .readable: if PQconsumeInput(handle) == 0 { throw .lost(call: "PQconsumeInput") }
                case .late: throw .silent(patience)
                }
            default: throw .lost(call: "PQflush")
            }
        }
    }

    private func receive(_ steps: [Step], _ results: inout [PostgresResult]) throws(PostgresFailure) {
        var failure: PostgresFailure?
        for step in steps {
            guard let handle = try nextResult() else { throw .lost(call: "PQgetResult") }
            let result = PostgresResult(handle)
            switch PQresultStatus(handle) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                guard case .run(let tellsCount) = step else { break }
                results.append(result)
                if tellsCount {
                    counters.rowsWritten += try result.int(0, 1)
                } else if result.isEmpty {
                    counters.rowsWritten += result.changedCount
                }
            case PGRES_PIPELINE_ABORTED: forget(step)
            default:
                forget(step)
                if failure == nil { failure = try reason(handle) }
            }
            while let rest = try nextResult() { PQclear(rest) }
        }
        guard let end = try nextResult() else { throw .lost(call: "PQgetResult") }
        let isEnd = PQresultStatus(end) == PGRES_PIPELINE_SYNC
        PQclear(end)
        guard isEnd else { throw .lost(call: "PQgetResult") }
        if let failure { throw failure }
    }

    /// Removes the name of a command that the server did not prepare after all.
    private func forget(_ step: Step) {
        if case .prepare(let sql) = step { names[sql] = nil }
    }

    private func reason(_ result: OpaquePointer) throws(PostgresFailure) -> PostgresFailure {
        // `PG_DIAG_SQLSTATE`, which is a character.
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        guard let state, PQstatus(handle) == CONNECTION_OK else { throw .lost(call: "PQgetResult") }
        // The server is closing the connection, or has shut down, so the outcome is unknown.
        if state.hasPrefix("57P") || state.hasPrefix("08") { throw .lost(call: "PQgetResult") }
        return .call("PQgetResult", state)
    }

    private func nextResult() throws(PostgresFailure) -> OpaquePointer? {
        while PQisBusy(handle) != 0 {
            guard PostgresSystem.wait(PQsocket(handle), toWrite: false, until: .now + patience) != .late else {
                throw .silent(patience)
            }
            guard PQconsumeInput(handle) == 1 else { throw .lost(call: "PQconsumeInput") }
        }
        return PQgetResult(handle)
    }
}
#endif
