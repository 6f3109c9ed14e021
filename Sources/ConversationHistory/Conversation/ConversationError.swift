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
