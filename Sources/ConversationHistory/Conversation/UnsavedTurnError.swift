/// An error for a turn that ended but could not be saved, with the loop's result.
///
/// The turn is part of the conversation in memory. To retry, call ``Conversation/save()``; the next turn saves it too.
public struct UnsavedTurnError<Value: Sendable>: Error, CustomStringConvertible {
    /// The loop's return value or error.
    public let outcome: Result<Value, any Error>

    /// The store's error.
    public let cause: any Error

    /// A text that says what happened and what to do.
    public var description: String { "The turn ended but could not be saved. Save the conversation again. \(cause)" }
}
