/// When a conversation is saved, and what becomes of a turn that does not complete.
public struct ConversationPolicy: Hashable, Sendable {
    /// When a turn is saved.
    public enum Saves: Hashable, Sendable {
        /// Once, before `turn` returns. A crash loses the turn.
        case atEnd

        /// Before the loop runs, with the user's message, and before `turn` returns.
        case aroundTurn

        /// As ``aroundTurn``, and at each message that the loop appends: for loops whose tools change the world.
        case eachMessage
    }

    /// What becomes of a turn whose loop throws or is cancelled.
    public enum Abort: Hashable, Sendable {
        /// What the turn has added stays, and the turn is marked.
        case keep

        /// What the turn has added is taken out of the history, and kept beside it as a rewind keeps it.
        case rollBack
    }

    /// When a turn is saved; ``Saves/aroundTurn`` unless set.
    public var saves: Saves

    /// What becomes of a turn that does not complete; ``Abort/keep`` unless set.
    public var abort: Abort

    /// How often a message that is being streamed is saved on the way; `nil`, and so never, unless set.
    ///
    /// At the earliest when so much time has passed since the last save was begun, with the next piece of the message.
    public var checkpointInterval: Duration?

    /// Creates a policy.
    public init(saves: Saves = .aroundTurn, abort: Abort = .keep, checkpointInterval: Duration? = nil) {
        self.saves = saves
        self.abort = abort
        self.checkpointInterval = checkpointInterval
    }
}
