/// The part of a history that goes to the model: well formed, and within a budget.
///
/// Every message of the history is exactly one of three things: in ``messages``, where a repair may have changed it; left
/// out by a repair, which names it; or left out to keep within the budget or because a summary covers it, and then it is
/// counted by ``omittedCount`` and no repair names it.
public struct ModelContext<Message: HistoryMessage>: Sendable, Equatable {
    /// What the model is to be given, oldest first.
    public let messages: [Message]

    /// What had to be changed for a model to accept it; the stored history is untouched.
    ///
    /// Only messages that the budget and summaries have left in are repaired and named here.
    public let repairs: [Repair]

    /// How many messages of the history were left out because a summary covers them or to keep within the budget.
    ///
    /// Messages that a repair has left out don't count. A result that is left out with its call does.
    public let omittedCount: Int
}

/// A change to what the model is given, because models refuse the history as it is stored.
///
/// ## The rules
///
/// These rules hold for every list of messages that goes to a model: ``ActiveTurn/messages``,
/// ``Conversation/context``, ``ConversationSnapshot/context(_:)`` and the input of a summarizer. Each repair has the
/// name of the rule that it restores. The stored history never changes.
///
/// | Rule | Repair |
/// |---|---|
/// | Every call has a result. | ``Kind/madeUpResult``, or ``Kind/droppedCall`` |
/// | Every result has a call of its own. | ``Kind/droppedResult`` |
/// | The results of a message's calls follow it at once, before any other message. | ``Kind/movedResult`` |
/// | No two calls have the same id. | ``Kind/renamedCall`` |
/// | No message and no part is empty. | ``Kind/droppedEmptyPart`` |
/// | No part was cut off: no unsigned reasoning at the end of an incomplete message, no call without whole arguments. | ``Kind/droppedCutOffPart`` |
/// | Reasoning leads to something: a text or a call, in its message or in the next one of the same role. | ``Kind/droppedTrailingReasoning`` |
/// | A model's message at the end doesn't end in white space. | ``Kind/trimmedEnd`` |
/// | The first message behind the instructions isn't the model's. | ``Kind/addedFirstMessage`` |
/// | The last message isn't the model's. | ``Kind/addedLastMessage`` |
///
/// The last two rules hold only with a ``ContextPolicy/continuation``, because not all providers have them, and a
/// history may begin with the model's greeting. They and the rule about white space do not hold for the input of a
/// summarizer, which is a part of a conversation and not its end.
///
/// Reasoning without a signature is legitimate in a complete message: many providers don't sign it. Two messages of the
/// same role in a row stay two: providers that ask for alternating roles get them merged by the code that writes the
/// request. An empty context stays empty.
public struct Repair: Hashable, Sendable {
    /// The rule that a repair restores.
    ///
    /// The set is open: later versions may repair more.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A call had no result, and was given one that says so.
        public static let madeUpResult = Kind(rawValue: "madeUpResult")

        /// A call had no result and the message type has no way to make one up, so the call was left out.
        public static let droppedCall = Kind(rawValue: "droppedCall")

        /// A result had no call in the context, or its call had a result already, so the result was left out.
        public static let droppedResult = Kind(rawValue: "droppedResult")

        /// A result did not follow its call at once, and was moved there.
        public static let movedResult = Kind(rawValue: "movedResult")

        /// A call had the id of an earlier one, and was given another, as was its result.
        public static let renamedCall = Kind(rawValue: "renamedCall")

        /// Empty parts of a message, or an empty message, were left out.
        public static let droppedEmptyPart = Kind(rawValue: "droppedEmptyPart")

        /// The last part of an incomplete message was cut off, and was left out.
        public static let droppedCutOffPart = Kind(rawValue: "droppedCutOffPart")

        /// Reasoning at the end of a message led to nothing, and was left out.
        public static let droppedTrailingReasoning = Kind(rawValue: "droppedTrailingReasoning")

        /// The context ended in a message of the model with white space at its end, which was left out.
        public static let trimmedEnd = Kind(rawValue: "trimmedEnd")

        /// The context began with the model's message that the repair names, so the policy's continuation was put
        /// before it.
        public static let addedFirstMessage = Kind(rawValue: "addedFirstMessage")

        /// The context ended with the model's message that the repair names, so the policy's continuation was put
        /// behind it.
        public static let addedLastMessage = Kind(rawValue: "addedLastMessage")

        /// All kinds, in the order of the rules.
        static let all: [Kind] = [
            .madeUpResult, .droppedCall, .droppedResult, .movedResult, .renamedCall, .droppedEmptyPart,
            .droppedCutOffPart, .droppedTrailingReasoning, .trimmedEnd, .addedFirstMessage, .addedLastMessage,
        ]
    }

    /// The rule that the change restores.
    public let kind: Kind

    /// The entry of the message that the change is about.
    public let entry: EntryID

    /// The id of the call that the change is about, as it is stored.
    public let callID: String?
}

/// A repair and what must be known of it until the budget has decided which messages are in the context.
struct LocatedRepair: Hashable, Sendable {
    /// The repair.
    var repair: Repair
    /// The position of the entry that it names.
    let position: Int
    /// Whether the message that it is about must be in the context.
    let isRequired: Bool
    /// The position of the message that a result was moved to.
    let target: Int?

    /// Creates a repair of an item.
    init<Message>(_ kind: Repair.Kind, _ item: ContextItem<Message>, callID: String? = nil, target: Int? = nil) {
        repair = Repair(kind: kind, entry: item.entry, callID: callID)
        position = item.position
        isRequired = item.isRequired
        self.target = target
    }
}
