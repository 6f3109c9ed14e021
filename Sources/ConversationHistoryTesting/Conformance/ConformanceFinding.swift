import ConversationHistoryLibrary

/// An error that ends the check of a clause early.
enum ConformanceFinding: Error {
    /// The store violates the clause.
    case failed(String)

    /// The clause can't be checked.
    case skipped(String)
}
