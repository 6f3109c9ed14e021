/// A turn that ended but could not be saved; it carries what the loop gave.
///
/// The turn is part of the conversation, in memory. ``Conversation/save()`` tries again, and so does the next turn.
public struct UnsavedTurnError<Value: Sendable>: Error, CustomStringConvertible {
    /// What the loop returned or threw.
    public let outcome: Result<Value, any Error>

    /// Why the turn could not be saved: the store's failure.
    public let cause: any Error

    /// What went wrong, in a sentence.
    public var description: String { "The turn ended but could not be saved. \(cause)" }
}
