package import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// Databases and programs order dates that are not finite differently, so one library would find everything before such
// a date and another one nothing. Every library refuses them.

extension ListRequest {
    /// Throws if a date of the request is not finite.
    package func checkDates(_ operation: String) throws(HistoryStoreError) {
        try check(
            [created?.lowerBound, created?.upperBound, updated?.lowerBound, updated?.upperBound, cursor?.updated],
            operation
        )
    }
}

extension SearchRequest {
    /// Throws if a date of the request is not finite.
    package func checkDates(_ operation: String) throws(HistoryStoreError) {
        try check([dates?.lowerBound, dates?.upperBound, after?.date], operation)
    }
}

extension PurgeRequest {
    /// Throws if the date of the request is not finite.
    package func checkDates(_ operation: String) throws(HistoryStoreError) {
        try check([deletedBefore], operation)
    }
}

extension NewConversation {
    /// Throws if the date of the conversation is not finite.
    package func checkDates(_ operation: String) throws(HistoryStoreError) {
        try check([created], operation)
    }
}

private func check(_ dates: [Date?], _ operation: String) throws(HistoryStoreError) {
    guard dates.allSatisfy(StoredDate.canWrite) else {
        throw HistoryStoreError(
            .notEncodable,
            operation: operation,
            location: "a library",
            reason: "A date is not finite; nothing was changed."
        )
    }
}
