#if PostgreSQL
import ConversationHistory

/// Why work with the database failed.
enum PostgresFailure: Error, Sendable {
    /// The server refused a command.
    case call(PostgresCallFailure)

    /// No connection was made; the text is libpq's, without any password.
    case unreachable(Reachability, String)

    /// The connection broke; what was asked of the server last may be done or not.
    case lost(call: String)

    /// The server was silent for longer than it may be; the same holds.
    case silent(Duration)

    /// One of both, of work that writes.
    case unanswered(isSilent: Bool)

    /// The work itself has thrown; what it had done was undone.
    case refused(any Error)

    /// All connections were in use for too long.
    case exhausted

    /// The pool was closed.
    case closed

    /// What is given as a connection string is none.
    case invalidConnection

    /// The name of the schema is one that the server does not accept.
    case invalidSchemaName

    /// The server is too old.
    case unsuitableServer(version: Int32)

    /// The schema holds something else.
    case foreignSchema

    /// The schema was made by a later version of this package.
    case newerSchema(found: Int, known: Int)

    /// A pooler gives each transaction another of its connections to the server.
    case pooledByTransaction

    /// A value is not of the type that was written.
    case unexpectedValue

    /// There are fewer rows than were written.
    case missingRow

    /// There is no library, and none is to be made.
    case noLibrary

    /// Why a server cannot be reached, by what can be done about it.
    enum Reachability: Sendable {
        /// It is away, or starting, or none of several is the one that writes.
        case away
        /// It has too many connections.
        case crowded
        /// It does not let us in.
        case notAllowed
        /// There is no such database.
        case noDatabase
    }

    static func call(_ name: String, _ sqlState: String) -> PostgresFailure {
        .call(PostgresCallFailure(call: name, sqlState: sqlState))
    }

    /// The server's code, if it was the server that refused.
    var sqlState: String? {
        guard case .call(let failure) = self else { return nil }
        return failure.sqlState
    }

    /// Whether the same may succeed when it is tried again after a while.
    var isAway: Bool {
        switch self {
        case .unreachable(.away, _), .unreachable(.crowded, _): true
        default: false
        }
    }

    /// Whether the connection broke under the work.
    var isLoss: Bool {
        if case .lost = self { true } else { false }
    }

    /// Whether the server was silent for too long.
    var isSilence: Bool {
        switch self {
        case .silent, .unanswered(isSilent: true): true
        default: false
        }
    }
}

/// A command that the server refused.
///
/// The server's own message is not kept: it may hold parts of what was stored.
struct PostgresCallFailure: Hashable, Sendable, CustomStringConvertible {
    /// The function of libpq that was told, such as `PQgetResult`.
    let call: String

    /// The server's code for the failure, five digits and letters.
    let sqlState: String

    /// The first two of them, which are the failure's class.
    var sqlClass: String { String(sqlState.prefix(2)) }

    /// Whether the same work may succeed when it is done again: another transaction was in its way.
    var isTransient: Bool { sqlState == PostgresState.serialization || sqlState == PostgresState.deadlock }

    var description: String { "\(call): SQLSTATE \(sqlState)" }
}

/// The codes of failures that mean something particular here.
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
    /// What a standby answers to a transaction that is to write, among other things.
    static let featureNotSupported = "0A000"
    static let divisionByZero = "22012"
    static let outOfRange = "22003"
    static let unknownStatement = "26000"
    static let undefinedObject = "42704"
    static let untranslatable = "22P05"
    static let programLimit = "54000"

    /// What a command of ours raises when it does not find what it was to change.
    static let refused = "CH409"

    /// What a command of ours raises when a history has an entry of the id already.
    static let hasEntry = "CH422"

    /// What a command of ours raises when a later version of this package has changed the schema.
    static let newerSchema = "CH426"

    /// What a command of ours raises when a later version of this package has made the words of the entries.
    static let newerWords = "CH427"

    /// What a command of ours raises when a row is not there that others refer to.
    static let missingRow = "CH500"
}
#endif
