/// The part of a history that goes to the model: well formed, and within a budget.
public struct ModelContext<Message: HistoryMessage>: Sendable, Equatable {
    /// What the model is to be given, oldest first.
    public let messages: [Message]

    /// What had to be changed for a model to accept it; the stored history is untouched.
    public let repairs: [Repair]

    /// How many messages of the history were left out, because a summary stands for them or to keep within the budget.
    public let omittedCount: Int
}
