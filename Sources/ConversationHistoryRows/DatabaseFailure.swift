package import ConversationHistory
package import ConversationHistoryLibrary

/// Why work with a database failed, as a module for one kind of database has it.
package protocol DatabaseFailure: Error {
    /// What the failure says of a history that cannot be read; `nil` if it is about something else.
    var historyProblem: (kind: LibraryProblem.Kind, description: String)? { get }
}

extension DatabaseFailure {
    /// What a failure says of a history that the work itself has refused to read.
    package static func historyProblem(
        of error: HistoryStoreError
    ) -> (kind: LibraryProblem.Kind, description: String)? {
        // Whatever else keeps a history from being put together, its rows do not fit together.
        error.code == .notFound ? nil : (error.historyProblem ?? .damagedHistory, error.reason)
    }
}
