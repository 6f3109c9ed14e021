#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

/// Classification of failures that concern the stored content, not the database.
extension SQLiteFailure: DatabaseFailure {
    /// The failure for a value that differs from the one that was written.
    static var damagedValue: SQLiteFailure { .call("sqlite3_column", SQLITE_CORRUPT) }

    package var historyProblem: (kind: LibraryProblem.Kind, description: String)? {
        switch self {
        case .refused(let error as HistoryStoreError): Self.historyProblem(of: error)
        case .call(let failure) where [SQLITE_MISMATCH, SQLITE_CORRUPT].contains(failure.primaryCode):
            (.damagedHistory, "A value of it is damaged.")
        default: nil
        }
    }

    /// Whether a stored value could not be decoded, while the database itself is sound.
    var isAboutValue: Bool {
        guard case .call(let failure) = self else { return historyProblem != nil }
        return failure.call == "sqlite3_column"
    }
}
#endif
