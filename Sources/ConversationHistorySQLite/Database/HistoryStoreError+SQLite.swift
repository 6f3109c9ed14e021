#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles

extension HistoryStoreError {
    /// Creates the store error for a database failure.
    ///
    /// If the work itself threw a `HistoryStoreError`, the result is that error.
    init(_ failure: SQLiteFailure, operation: String, location: String) {
        switch failure {
        case .call(let failure):
            let (code, reason) = Self.explain(failure)
            let call = SystemCallError(
                call: failure.call,
                errno: failure.extendedCode,
                description: failure.description
            )
            self.init(code, operation: operation, location: location, systemCall: call, reason: reason)
        case .file(let failure):
            self.init(failure, operation: operation)
        case .refused(let error as HistoryStoreError):
            self = error
        case .foreignDatabase:
            self.init(
                .notAHistory,
                operation: operation,
                location: location,
                reason: "The database belongs to another application; nothing was changed."
            )
        case .newerSchema(let found, let known):
            self.init(
                .newerVersion,
                operation: operation,
                location: location,
                reason: "The database has version \(found); this version of the package knows up to \(known)."
            )
        case .oldSchema(let known):
            self.init(
                .permissionDenied,
                operation: operation,
                location: location,
                reason: """
                    The database is older than version \(known) and can only be read. Open it once where it can be written.
                    """
            )
        case .fileMoved:
            self.init(
                .notFound,
                operation: operation,
                location: location,
                reason: "The file was removed or replaced while it was open; nothing was written."
            )
        case .unsuitableLibrary, .noWriteAheadLog, .nestedTransaction, .closed, .cancelled, .refused:
            let text = failure.description
            let reason = text.prefix(1).uppercased() + text.dropFirst() + "."
            self.init(.io, operation: operation, location: location, reason: reason)
        }
    }

    private static func explain(_ failure: SQLiteCallFailure) -> (Code, String) {
        if [SQLiteCallFailure.failedSync, SQLiteCallFailure.failedDirectorySync].contains(failure.extendedCode) {
            // SQLite rolls back, but the transaction may be complete on disk. Recovery after a power loss would then
            // restore it.
            return (.notDurable, "It is not certain whether it was written. Save again.")
        }
        switch failure.primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return (.busy, "Another writer has kept it locked for too long; nothing was changed.")
        case SQLITE_FULL:
            return (.noSpace, "There is no room for it; what was stored is as it was.")
        case SQLITE_TOOBIG:
            return (.tooLarge, "A value is larger than the database accepts.")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            return (.permissionDenied, "The system does not allow it.")
        case SQLITE_CORRUPT, SQLITE_FORMAT, SQLITE_MISMATCH:
            return (.damaged, "The database is damaged.")
        case SQLITE_CONSTRAINT:
            return (.damaged, "A row stands where there should be none, or is missing; nothing was changed.")
        case SQLITE_NOTADB:
            return (.notAHistory, "It is not a database.")
        default:
            // The system's error number distinguishes failures to open, read and write.
            if ErrorNumber.noSpace.contains(failure.systemErrno) {
                return (.noSpace, "There is no room for it; what was stored is as it was.")
            }
            if ErrorNumber.permissionDenied.contains(failure.systemErrno) {
                return (.permissionDenied, "The system does not allow it.")
            }
            if failure.systemErrno == ErrorNumber.noSuchFile || failure.systemErrno == ErrorNumber.notDirectory {
                return (.notFound, "The file or its directory is not there.")
            }
            return (.io, "The database reported a failure.")
        }
    }
}
#endif
