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
#endif
