#if PostgreSQL
import ConversationHistory

/// The reason that work with the database failed.
enum PostgresFailure: Error, Sendable {
    /// The server refused a command.
    case call(PostgresCallFailure)

    /// No connection was established; the text is libpq's, without any password.
    case unreachable(Reachability, String)

    /// The connection broke, and the outcome of the last request is unknown.
    case lost(call: String)

    /// The server did not respond in time, and the outcome of the last request is unknown.
    case silent(Duration)

    /// The connection broke or the server did not respond, during work that writes.
    case unanswered(isSilent: Bool)

    /// The work itself threw an error, and its changes were rolled back.
    case refused(any Error)

    /// All connections were in use for too long.
    case exhausted

    /// The pool was closed.
    case closed

    /// The connection string is invalid.
    case invalidConnection

    /// The server does not accept the schema name.
    case invalidSchemaName

    /// The server is too old.
    case unsuitableServer(version: Int32)

    /// The schema contains something other than a library.
    case foreignSchema

    /// The schema was made by a later version of this package.
    case newerSchema(found: Int, known: Int)

    /// A pooler gives each transaction a different connection to the server.
    case pooledByTransaction

    /// A value is not of the type that was written.
    case unexpectedValue

    /// The database has fewer rows than were written.
    case missingRow

    /// The schema has no library, and the configuration forbids creating one.
    case noLibrary

    /// The reason that a server is unreachable, by what can be done about it.
    enum Reachability: Sendable {
        /// The server is down or starting, or no host accepts writes.
        case away
        /// The server has too many connections.
        case crowded
        /// The server rejects the login.
        case notAllowed
        /// The database does not exist.
        case noDatabase
    }

    static func call(_ name: String, _ sqlState: String) -> PostgresFailure {
        .call(PostgresCallFailure(call: name, sqlState: sqlState))
    }

    /// The server's error code, if the server refused a command.
    var sqlState: String? {
        guard case .call(let failure) = self else { return nil }
        return failure.sqlState
    }

    /// Whether a later attempt to connect may succeed.
    var isAway: Bool {
        switch self {
        case .unreachable(.away, _), .unreachable(.crowded, _): true
        default: false
        }
    }

    /// Whether the connection broke during the work.
    var isLoss: Bool {
        if case .lost = self { true } else { false }
    }

    /// Whether the server did not respond in time.
    var isSilence: Bool {
        switch self {
        case .silent, .unanswered(isSilent: true): true
        default: false
        }
    }
}

/// A command that the server refused.
///
/// The server's own message is dropped, because it may contain stored data.
struct PostgresCallFailure: Hashable, Sendable, CustomStringConvertible {
    /// The libpq function that reported the failure, such as `PQgetResult`.
    let call: String

    /// The server's error code, of five digits and letters.
    let sqlState: String

    /// The class of the failure, which is the first two characters of the code.
    var sqlClass: String { String(sqlState.prefix(2)) }

    /// Whether a retry may succeed, because another transaction caused the failure.
    var isTransient: Bool { sqlState == PostgresState.serialization || sqlState == PostgresState.deadlock }

    var description: String { "\(call): SQLSTATE \(sqlState)" }
}

/// The error codes that the package handles or raises.
enum PostgresState {
    static let serialization = "40001"
    static let deadlock = "40P01"
    static let lockNotAvailable = "55P03"
    static let objectInUse = "55006"
    static let queryCancelled = "57014"
    static let uniqueViolation = "23505"
    static let undefinedTable = "42P01"
    static let undefinedColumn = "42703"
    static let undefinedFunction = "42883"
    static let duplicateTable = "42P07"
    static let duplicateFunction = "42723"
    static let insufficientPrivilege = "42501"
    static let readOnly = "25006"
    /// A standby's response to a write transaction, among other causes.
    static let featureNotSupported = "0A000"
    static let divisionByZero = "22012"
    static let outOfRange = "22003"
    static let unknownStatement = "26000"
    static let undefinedObject = "42704"
    static let untranslatable = "22P05"
    static let programLimit = "54000"

    /// Raised by the package's own commands if they do not find the row to change.
    static let refused = "CH409"

    /// Raised by the package's own commands if a history already has an entry with the id.
    static let hasEntry = "CH422"

    /// Raised by the package's own commands if a later version of the package has changed the schema.
    static let newerSchema = "CH426"

    /// Raised by the package's own commands if a later version of the package has created the entries' words.
    static let newerWords = "CH427"

    /// Raised by the package's own commands if a row that others refer to is missing.
    static let missingRow = "CH500"
}
#endif
