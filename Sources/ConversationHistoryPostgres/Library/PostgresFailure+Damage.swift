#if PostgreSQL
import ConversationHistory

extension PostgresFailure: DatabaseFailure {
    package var damage: String? {
        switch self {
        case .refused(let error as HistoryStoreError) where error.code != .notFound: error.reason
        case .unexpectedValue: "A value of it is damaged."
        case .missingRow: "Rows of it are missing."
        default: nil
        }
    }
}
#endif
