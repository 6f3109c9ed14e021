#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

/// Failures that are about what is stored, and not about the database.
extension SQLiteFailure: DatabaseFailure {
    /// A value that was read is not the one that was written.
    static var damagedValue: SQLiteFailure { .call("sqlite3_column", SQLITE_CORRUPT) }

    package var historyProblem: (kind: LibraryProblem.Kind, description: String)? {
        switch self {
        case .refused(let error as HistoryStoreError): Self.historyProblem(of: error)
        case .call(let failure) where [SQLITE_MISMATCH, SQLITE_CORRUPT].contains(failure.primaryCode):
            (.damagedHistory, "A value of it is damaged.")
        default: nil
        }
    }

    /// Whether a value was read that cannot be understood; the database itself is sound.
    var isAboutValue: Bool {
        guard case .call(let failure) = self else { return historyProblem != nil }
        return failure.call == "sqlite3_column"
    }
}
#endif
