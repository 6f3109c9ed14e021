/// An error for a turn that did not run, although its message may be stored.
///
/// The user's message could not be saved, so the loop did not run, and the conversation in memory is unchanged. The
/// save that should have removed the message from the store failed as well. The next successful save, such as
/// ``Conversation/save()``, removes it. If the program ends before that, the conversation may be restored with the
/// message, as an interrupted turn.
public struct UncertainTurnError: Error, CustomStringConvertible {
    /// A code that says whether the message is stored.
    public struct Code: Hashable, Sendable {
        private enum Value { case stored, unknown }
        private let value: Value

        /// The message is stored: a load found it.
        public static let stored = Code(value: .stored)

        /// The message may be stored: the store could not be read either.
        public static let unknown = Code(value: .unknown)
    }

    /// A code that says whether the message is stored.
    public let code: Code

    /// The id of the turn that did not run.
    public let turn: TurnID

    /// The store's error from saving the message.
    public let cause: any Error

    /// The store's error from removing the message.
    public let undoFailure: any Error

    init(_ code: Code, turn: TurnID, cause: any Error, undoFailure: any Error) {
        self.code = code
        self.turn = turn
        self.cause = cause
        self.undoFailure = undoFailure
    }

    /// A text that says what happened and what to do.
    public var description: String {
        let place = code == .stored ? "is stored" : "may be stored"
        return "The turn did not run, because saving its message failed, but the message \(place). "
            + "Save the conversation again to remove it. \(cause)"
    }
}
