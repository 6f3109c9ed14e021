/// Why a conversation refused to do something.
public struct ConversationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case turnInProgress, turnEnded, noMessageUnderWay, turnNotFound, storeInUse, emptySummary, outdatedSummary
            case keepsChanging
        }
        private let value: Value

        /// A turn is running: wait until it has ended.
        public static let turnInProgress = Code(value: .turnInProgress)

        /// The turn has ended: nothing can be added to it any more.
        public static let turnEnded = Code(value: .turnEnded)

        /// No message is being streamed: begin one first.
        public static let noMessageUnderWay = Code(value: .noMessageUnderWay)

        /// The conversation has no turn of this id.
        public static let turnNotFound = Code(value: .turnNotFound)

        /// The store holds a history already: give a store that was never written.
        public static let storeInUse = Code(value: .storeInUse)

        /// The summarizer gave a message in which there is nothing: the history goes on without a summary.
        public static let emptySummary = Code(value: .emptySummary)

        /// All that was summarized was removed while the summarizer ran: the history goes on without a summary.
        public static let outdatedSummary = Code(value: .outdatedSummary)

        /// Another task changed the entry each of the many times that the closure ran: try again when it has stopped.
        public static let keepsChanging = Code(value: .keepsChanging)
    }

    /// Why.
    public let code: Code

    /// Why, in a sentence.
    public let description: String

    static let turnInProgress = ConversationError(
        code: .turnInProgress,
        description: "A turn of this conversation is running; wait until it has ended."
    )
    static let turnEnded = ConversationError(
        code: .turnEnded,
        description: "The turn has ended; nothing can be added to it any more."
    )
    static let noMessageUnderWay = ConversationError(
        code: .noMessageUnderWay,
        description: "No message of this turn is being streamed; begin one first."
    )
    static let storeInUse = ConversationError(
        code: .storeInUse,
        description: "The store holds a history already; a new conversation needs a store that was never written."
    )
    static let turnNotFound = ConversationError(
        code: .turnNotFound,
        description: "The conversation has no turn of this id."
    )
    static let keepsChanging = ConversationError(
        code: .keepsChanging,
        description: "The entry was changed by another task each time that the closure ran; nothing was changed."
    )
    static let emptySummary = ConversationError(
        code: .emptySummary,
        description: "The summary of the history is empty."
    )
    static let outdatedSummary = ConversationError(
        code: .outdatedSummary,
        description: "All that was summarized was removed while the summarizer ran, so its summary was not kept."
    )
}

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
