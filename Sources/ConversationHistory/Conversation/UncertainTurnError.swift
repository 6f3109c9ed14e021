/// A turn that did not happen, but whose message may be stored.
///
/// The user's message could not be saved, so the loop did not run, and the conversation in memory is as it was. The save
/// that was to take the message back from the store failed as well. If the program ends before another save succeeds,
/// the conversation may be restored with the message, as a turn that was interrupted. The next save that succeeds, such
/// as ``Conversation/save()``, takes it back.
public struct UncertainTurnError: Error, CustomStringConvertible {
    /// What is known about the message.
    public struct Code: Hashable, Sendable {
        private enum Value { case stored, unknown }
        private let value: Value

        /// The message is stored: it was found in the store.
        public static let stored = Code(value: .stored)

        /// Whether the message is stored is not known: the store could not be read either.
        public static let unknown = Code(value: .unknown)
    }

    /// What is known about the message.
    public let code: Code

    /// The turn that did not happen.
    public let turn: TurnID

    /// Why the message could not be saved: the store's failure.
    public let cause: any Error

    /// Why the message could not be taken back: the store's failure.
    public let undoFailure: any Error

    init(_ code: Code, turn: TurnID, cause: any Error, undoFailure: any Error) {
        self.code = code
        self.turn = turn
        self.cause = cause
        self.undoFailure = undoFailure
    }

    /// What went wrong, in a sentence.
    public var description: String {
        let place = code == .stored ? "is stored" : "may be stored"
        return "The message of a turn could not be saved, and the turn did not run, but the message \(place). "
            + "Save the conversation again to remove it. \(cause)"
    }
}
