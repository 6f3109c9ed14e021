/// The part of a history that goes to the model: well formed, and within a budget.
///
/// Each message of the history is in exactly one of three groups:
///
/// - It is in ``messages``, where a repair may have changed it.
/// - A repair has left it out, and names it in ``repairs``.
/// - The budget or a summary has left it out. ``omittedCount`` counts it, and no repair names it.
public struct ModelContext<Message: HistoryMessage>: Sendable, Equatable {
    /// The messages for the model, oldest first.
    public let messages: [Message]

    /// The changes that make models accept the messages.
    ///
    /// The stored history stays unchanged. Repairs name only messages that neither the budget nor a summary has left
    /// out.
    public let repairs: [Repair]

    /// The number of messages that the budget or a summary has left out.
    ///
    /// Messages that a repair has left out don't count. A result that is left out with its call does.
    public let omittedCount: Int
}
