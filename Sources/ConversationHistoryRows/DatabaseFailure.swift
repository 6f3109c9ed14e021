package import ConversationHistory
package import ConversationHistoryLibrary

/// A failure of a database operation, as each database module defines it.
package protocol DatabaseFailure: Error {
    /// The problem of an unreadable history; `nil` if the failure is about something else.
    var historyProblem: (kind: LibraryProblem.Kind, description: String)? { get }
}

extension DatabaseFailure {
    /// Returns the problem of a history that the operation itself refused to read.
    package static func historyProblem(
        of error: HistoryStoreError
    ) -> (kind: LibraryProblem.Kind, description: String)? {
        // Any other error while assembling a history means that its rows do not fit together.
        error.code == .notFound ? nil : (error.historyProblem ?? .damagedHistory, error.reason)
    }
}
