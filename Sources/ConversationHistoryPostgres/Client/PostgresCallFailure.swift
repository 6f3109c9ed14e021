#if PostgreSQL
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
