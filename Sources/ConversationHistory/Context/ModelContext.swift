/// The part of a history that goes to the model: well formed, and within a budget.
///
/// Every message of the history is exactly one of three things: in ``messages``, where a repair may have changed it; left
/// out by a repair, which names it; or left out to keep within the budget or because a summary covers it, and then it is
/// counted by ``omittedCount`` and no repair names it.
public struct ModelContext<Message: HistoryMessage>: Sendable, Equatable {
    /// What the model is to be given, oldest first.
    public let messages: [Message]

    /// What had to be changed for a model to accept it; the stored history is untouched.
    ///
    /// Only messages that the budget and summaries have left in are repaired and named here.
    public let repairs: [Repair]

    /// How many messages of the history were left out because a summary covers them or to keep within the budget.
    ///
    /// Messages that a repair has left out don't count. A result that is left out with its call does.
    public let omittedCount: Int
}
