#if PostgreSQL
import ConversationHistory

extension HistoryStoreError {
    /// Creates the library error for a database failure.
    ///
    /// An error of this type that the work itself threw stays unchanged.
    init(_ failure: PostgresFailure, operation: String, location: String) {
        var call: SystemCallError?
        let code: Code
        let reason: String
        switch failure {
        case .refused(let error as HistoryStoreError):
            self = error
            return
        case .call(let failure):
            (code, reason) = Self.explain(failure)
            call = SystemCallError(
                call: failure.call,
                errno: 0,
                description: failure.description,
                sqlState: failure.sqlState
            )
        case .unreachable(let reachability, let text):
            code = Self.code(of: reachability)
            reason = text
        case .lost(let name):
            (code, reason) = (.io, "The connection to the server was lost.")
            call = SystemCallError(call: name, errno: 0, description: "\(name): the connection was lost")
        case .silent(let time):
            (code, reason) = (.busy, "The server did not answer within \(time.components.seconds) seconds.")
        case .unanswered(let isSilent):
            code = .notDurable
            let cause =
                isSilent ? "The server did not answer in time" : "The connection was lost before the server answered"
            reason = "\(cause): it may have been done, or not."
        case .exhausted: (code, reason) = (.busy, "All connections were in use for too long; nothing was changed.")
        case .closed: (code, reason) = (.io, "The library was closed.")
        case .invalidConnection:
            code = .notFound
            reason = """
                The text is not a valid connection string. \
                Percent-encode special characters in the password, such as / and @.
                """
        case .invalidSchemaName: (code, reason) = (.invalidName, Self.schemaNameRule)
        case .unsuitableServer(let version):
            code = .io
            reason = "The server has version \(version / 10_000); 12 is the oldest that will do."
        case .pooledByTransaction: (code, reason) = (.io, Self.poolerRule)
        case .foreignSchema: (code, reason) = (.notAHistory, "The schema holds something else; nothing was changed.")
        case .newerSchema(let found, let known):
            code = .newerVersion
            reason = "The schema has version \(found); this version of the package knows up to \(known)."
        case .unexpectedValue: (code, reason) = (.damaged, "A value is not of the type that was written.")
        case .missingRow: (code, reason) = (.damaged, "Rows of it are missing.")
        case .noLibrary: (code, reason) = (.notFound, "There is no library in the schema.")
        case .refused: (code, reason) = (.io, "The work was not finished.")
        }
        self.init(code, operation: operation, location: location, systemCall: call, reason: reason)
    }

    private static let schemaNameRule = """
        The name of a schema has 1 to 63 bytes in the database's encoding and no NUL, does not begin with "pg_", and is \
        neither "$user" nor "information_schema".
        """

    private static let poolerRule = """
        A connection pooler between this program and the server gives each transaction another connection, so that the \
        settings of one session end up in others. Connect to the server itself, or set the pooler to pool by session \
        (pgbouncer: pool_mode = session).
        """

    private static func code(of reachability: PostgresFailure.Reachability) -> Code {
        switch reachability {
        case .away: .io
        case .crowded: .busy
        case .notAllowed: .permissionDenied
        case .noDatabase: .notFound
        }
    }

    private static func explain(_ failure: PostgresCallFailure) -> (Code, String) {
        switch failure.sqlState {
        case PostgresState.serialization, PostgresState.deadlock, PostgresState.lockNotAvailable,
            PostgresState.objectInUse, PostgresState.queryCancelled:
            return (.busy, "Another writer was in the way for too long; nothing was changed.")
        case PostgresState.insufficientPrivilege: return (.permissionDenied, "The server does not allow it.")
        case PostgresState.readOnly: return (.permissionDenied, "The server only reads; nothing was changed.")
        case PostgresState.newerSchema:
            return (
                .newerVersion, "A later version of this package has changed the schema meanwhile; nothing was changed."
            )
        case PostgresState.newerWords:
            return (.newerVersion, "A later version of this package has made the index of words; update to search.")
        case PostgresState.missingRow: return (.damaged, "A row is missing; nothing was changed.")
        // The disk is full.
        case "53100": return (.noSpace, "The server has no room for it; what was stored is as it was.")
        // The data or an index is damaged; XX000 is left out because it is any internal error.
        case "XX001", "XX002": return (.damaged, "The server reports that its data are damaged.")
        case PostgresState.uniqueViolation:
            return (.damaged, "A row stands where there should be none; nothing was changed.")
        case PostgresState.outOfRange:
            return (.damaged, "A number that is stored is out of range; nothing was changed.")
        case PostgresState.undefinedObject: return (.notFound, "There is no such role; nothing was changed.")
        case PostgresState.programLimit, "22001": return (.tooLarge, "A value is larger than the server accepts.")
        default: break
        }
        switch failure.sqlClass {
        case "28": return (.permissionDenied, "The server does not allow it.")
        // The server is out of resources or shutting down.
        case "53", "57": return (.busy, "The server cannot do it now; nothing was changed.")
        default: return (.io, "The server reported a failure; nothing was changed.")
        }
    }
}
#endif
