/// The part of a history that goes to the model: well formed, and within a budget.
///
/// Each message of the history is in exactly one of three groups:
///
/// - It is in ``messages``, where a repair may have changed it.
/// - A repair has left it out, and names it in ``repairs``.
/// - The budget or a summary has left it out. ``omittedCount`` counts it, and no repair names it.
public struct ModelContext<Message: HistoryMessage>: Sendable, Equatable {
    /// The messages for the model, oldest first.
    public let messages: [Message]

    /// The changes that make models accept the messages.
    ///
    /// The stored history stays unchanged. Repairs name only messages that neither the budget nor a summary has left
    /// out.
    public let repairs: [Repair]

    /// The number of messages that the budget or a summary has left out.
    ///
    /// Messages that a repair has left out don't count. A result that is left out with its call does.
    public let omittedCount: Int
}

/// A change to the model's context, made because models refuse the history as it is stored.
///
/// ## The rules
///
/// These rules hold for every list of messages that goes to a model: ``ActiveTurn/messages``,
/// ``Conversation/context``, ``ConversationSnapshot/context(_:)`` and the input of a summarizer. The kind of a repair
/// tells which rule it restores. The stored history never changes.
///
/// | Rule | Repair |
/// |---|---|
/// | Every call has a result. | ``Kind/madeUpResult``, or ``Kind/droppedCall`` |
/// | Every result has its own call. | ``Kind/droppedResult`` |
/// | The results of a message's calls directly follow it, before any other message. | ``Kind/movedResult`` |
/// | No two calls have the same id. | ``Kind/renamedCall`` |
/// | No message and no part is empty. | ``Kind/droppedEmptyPart`` |
/// | No incomplete message ends in unsigned reasoning or a call with partial arguments. | ``Kind/droppedCutOffPart`` |
/// | Reasoning leads to a text or call, in its message or a next one of its role. | ``Kind/droppedTrailingReasoning`` |
/// | A message from the model at the end doesn't end in white space. | ``Kind/trimmedEnd`` |
/// | The first message after the instructions isn't from the model. | ``Kind/addedFirstMessage`` |
/// | The last message isn't from the model. | ``Kind/addedLastMessage`` |
///
/// The last two rules apply only with a ``ContextPolicy/continuation``, because not all providers have them, and a
/// history may begin with a greeting from the model. They and the rule about white space don't apply to the input of a
/// summarizer, which is a part of a conversation and not its end.
///
/// Unsigned reasoning is valid in a complete message, because many providers don't sign it. Consecutive messages with
/// the same role aren't merged; the code that writes the request merges them for providers that require alternating
/// roles. An empty context stays empty.
public struct Repair: Hashable, Sendable {
    /// A kind of repair, named after its effect.
    ///
    /// The set is open: later versions may repair more.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The kind's name.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A call had no result, so a placeholder was added.
        public static let madeUpResult = Kind(rawValue: "madeUpResult")

        /// A call had no result and the message type has no placeholder, so the call was left out.
        public static let droppedCall = Kind(rawValue: "droppedCall")

        /// A result had no call in the context, or its call already had a result, so the result was left out.
        public static let droppedResult = Kind(rawValue: "droppedResult")

        /// A result did not directly follow its call, so it was moved there.
        public static let movedResult = Kind(rawValue: "movedResult")

        /// A call had the id of an earlier one, so the call and its result received another id.
        public static let renamedCall = Kind(rawValue: "renamedCall")

        /// Empty parts of a message, or an empty message, were left out.
        public static let droppedEmptyPart = Kind(rawValue: "droppedEmptyPart")

        /// The last part of an incomplete message was cut off, so it was left out.
        public static let droppedCutOffPart = Kind(rawValue: "droppedCutOffPart")

        /// Reasoning at the end of a message led to nothing, so it was left out.
        public static let droppedTrailingReasoning = Kind(rawValue: "droppedTrailingReasoning")

        /// The context ended in a message from the model with white space at its end, which was left out.
        public static let trimmedEnd = Kind(rawValue: "trimmedEnd")

        /// The context began with a message from the model, so the policy's continuation was inserted before it.
        ///
        /// The repair names the message from the model.
        public static let addedFirstMessage = Kind(rawValue: "addedFirstMessage")

        /// The context ended with a message from the model, so the policy's continuation was added after it.
        ///
        /// The repair names the message from the model.
        public static let addedLastMessage = Kind(rawValue: "addedLastMessage")

        /// All kinds, in the order of the rules.
        static let all: [Kind] = [
            .madeUpResult, .droppedCall, .droppedResult, .movedResult, .renamedCall, .droppedEmptyPart,
            .droppedCutOffPart, .droppedTrailingReasoning, .trimmedEnd, .addedFirstMessage, .addedLastMessage,
        ]
    }

    /// The kind of repair.
    public let kind: Kind

    /// The id of the entry whose message the repair concerns.
    public let entry: EntryID

    /// The stored id of the call that the repair concerns, if any.
    public let callID: String?
}

/// A repair with the details needed until the budget has decided which messages are in the context.
struct LocatedRepair: Hashable, Sendable {
    var repair: Repair
    /// The position of the entry that it names.
    let position: Int
    /// Whether the message that it concerns must be in the context.
    let isRequired: Bool
    /// The position of the message that a result was moved to.
    let target: Int?

    init<Message>(_ kind: Repair.Kind, _ item: ContextItem<Message>, callID: String? = nil, target: Int? = nil) {
        repair = Repair(kind: kind, entry: item.entry, callID: callID)
        position = item.position
        isRequired = item.isRequired
        self.target = target
    }
}
