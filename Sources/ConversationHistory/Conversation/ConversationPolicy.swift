/// A policy for saving a conversation, and for turns that don't complete.
public struct ConversationPolicy: Hashable, Sendable {
    /// The moments at which a turn is saved.
    public enum Saves: Hashable, Sendable {
        /// Once, before `turn` returns. A crash loses the turn.
        case atEnd

        /// Before the loop runs, with the user's message, and before `turn` returns.
        case aroundTurn

        /// Like ``aroundTurn``, and after each message that the loop appends: for loops whose tools have side effects.
        case eachMessage
    }

    /// The treatment of a turn whose loop throws or is cancelled.
    public enum Abort: Hashable, Sendable {
        /// The entries of the turn stay, and the turn is marked as failed or cancelled.
        case keep

        /// The entries of the turn leave the history and are kept in ``ConversationSnapshot/rewound``.
        case rollBack
    }

    /// The moments at which a turn is saved.
    ///
    /// Defaults to ``Saves/aroundTurn``.
    public var saves: Saves

    /// The treatment of a turn that doesn't complete.
    ///
    /// Defaults to ``Abort/keep``.
    public var abort: Abort

    /// The minimum interval between saves of a message while it is being streamed.
    ///
    /// A piece of the message that arrives after the interval has passed since the last save began triggers a save.
    /// Defaults to `nil`, which saves no message while it is being streamed.
    public var checkpointInterval: Duration?

    /// Creates a policy.
    public init(saves: Saves = .aroundTurn, abort: Abort = .keep, checkpointInterval: Duration? = nil) {
        self.saves = saves
        self.abort = abort
        self.checkpointInterval = checkpointInterval
    }
}
