import ConversationHistoryLibrary

/// What ends the check of a clause before its end.
enum ConformanceFinding: Error {
    /// The store does not do what the clause demands.
    case failed(String)

    /// The store cannot be asked.
    case skipped(String)
}
