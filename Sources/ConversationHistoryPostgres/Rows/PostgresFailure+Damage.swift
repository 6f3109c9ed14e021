#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

extension PostgresFailure: DatabaseFailure {
    package var historyProblem: (kind: LibraryProblem.Kind, description: String)? {
        switch self {
        case .refused(let error as HistoryStoreError): Self.historyProblem(of: error)
        case .unexpectedValue: (.damagedHistory, "A value of it is damaged.")
        case .missingRow: (.damagedHistory, "Rows of it are missing.")
        default: nil
        }
    }
}
#endif
