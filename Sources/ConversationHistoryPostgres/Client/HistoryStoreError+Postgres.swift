#if PostgreSQL
import ConversationHistory

extension HistoryStoreError {
    /// Creates the error that a failure of the database means.
    ///
    /// An error of this type that the work itself has thrown is taken as it is.
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
        case .unanswered:
            code = .notDurable
            reason = "The connection was lost before the server had answered: it may have been done, or not."
        case .exhausted: (code, reason) = (.busy, "All connections were in use for too long; nothing was changed.")
        case .closed: (code, reason) = (.io, "The library was closed.")
        case .invalidConnection:
            code = .notFound
            reason = """
                The text is not a valid connection string. \
                Percent-encode special characters in the password, such as / and @.
                """
        case .invalidSchemaName: (code, reason) = (.invalidName, "The name of a schema has 1 to 63 bytes and no NUL.")
        case .unsuitableServer(let version):
            code = .io
            reason = "The server has version \(version / 10_000); 12 is the oldest that will do."
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
        case PostgresState.missingRow: return (.damaged, "A row is missing; nothing was changed.")
        // The disk is full; the other two are a server's limits on rows and values.
        case "53100": return (.noSpace, "The server has no room for it; what was stored is as it was.")
        case PostgresState.programLimit, "22001": return (.tooLarge, "A value is larger than the server accepts.")
        default: break
        }
        switch failure.sqlClass {
        case "28": return (.permissionDenied, "The server does not allow it.")
        // The server's resources are used up, or it is going down.
        case "53", "57": return (.busy, "The server cannot do it now; nothing was changed.")
        // Its data are damaged, or an index of them is.
        case "XX": return (.damaged, "The server reports that its data are damaged.")
        default: return (.io, "The server reported a failure; nothing was changed.")
        }
    }
}
#endif
