/// An error of a conversation itself, rather than of its store.
public struct ConversationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A kind of error, by what the caller can do about it.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case turnInProgress, turnEnded, noMessageUnderWay, turnNotFound, storeInUse, emptySummary, outdatedSummary
            case keepsChanging
        }
        private let value: Value

        /// A turn is running: wait until it has ended.
        public static let turnInProgress = Code(value: .turnInProgress)

        /// The turn has ended and can't be changed: begin another turn.
        public static let turnEnded = Code(value: .turnEnded)

        /// No message is being streamed: begin one first.
        public static let noMessageUnderWay = Code(value: .noMessageUnderWay)

        /// The conversation has no turn with this id.
        public static let turnNotFound = Code(value: .turnNotFound)

        /// The store already holds a history: use a store in which nothing was ever saved.
        public static let storeInUse = Code(value: .storeInUse)

        /// The summarizer returned an empty message: the turn continues without a summary.
        public static let emptySummary = Code(value: .emptySummary)

        /// All summarized entries were removed while the summarizer ran: the turn continues without a summary.
        public static let outdatedSummary = Code(value: .outdatedSummary)

        /// Another task changed the entry on each of the closure's many runs: retry when it has stopped.
        public static let keepsChanging = Code(value: .keepsChanging)
    }

    /// The kind of error.
    public let code: Code

    /// A text that says what happened and what to do.
    public let description: String

    static let turnInProgress = ConversationError(
        code: .turnInProgress,
        description: "A turn of this conversation is running. Wait until it has ended."
    )
    static let turnEnded = ConversationError(
        code: .turnEnded,
        description: "The turn has ended and can't be changed. Begin another turn."
    )
    static let noMessageUnderWay = ConversationError(
        code: .noMessageUnderWay,
        description: "No message of this turn is being streamed. Begin one first."
    )
    static let storeInUse = ConversationError(
        code: .storeInUse,
        description: "The store already holds a history. Use a store in which nothing was ever saved."
    )
    static let turnNotFound = ConversationError(
        code: .turnNotFound,
        description: "The conversation has no turn with this id. Choose one of its ended turns."
    )
    static let keepsChanging = ConversationError(
        code: .keepsChanging,
        description: "Another task changed the entry each time that the closure ran. Nothing was changed; retry later."
    )
    static let emptySummary = ConversationError(
        code: .emptySummary,
        description: "The summarizer returned an empty message, so no summary was stored. It must return some text."
    )
    static let outdatedSummary = ConversationError(
        code: .outdatedSummary,
        description: "All summarized entries were removed while the summarizer ran, so no summary was stored. "
            + "The next turn tries again if it needs one."
    )
}

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
