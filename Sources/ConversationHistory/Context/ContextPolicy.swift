/// How much of a history goes to the model.
///
/// Whatever the policy, pinned entries and instructions are always among what the model is given, so is the question
/// that the turn is about, and a call is never parted from its result. A turn is never refused for its size.
public struct ContextPolicy<Message: HistoryMessage>: Sendable {
    /// Makes one message of those that are to be left out.
    public typealias Summarizer = @Sendable (_ messages: [Message]) async throws -> Message

    /// How many messages there may be; `nil` for any number.
    public var maximumMessages: Int?

    /// How many tokens the messages may have together; `nil` for any number.
    public var maximumTokens: Int?

    /// Counts the tokens of a message; an estimate of a token for four bytes unless set.
    public var countTokens: @Sendable (Message) -> Int

    /// Summarizes what the budget has no room for; without it, that is left out.
    ///
    /// It is asked before a turn's loop runs, if the history has outgrown the budget, and its answer is stored as an
    /// entry of its own. What it covers stays stored. If it throws, the turn goes on without a summary.
    public var summarize: Summarizer?

    /// Creates a policy.
    public init(
        maximumMessages: Int? = nil,
        maximumTokens: Int? = nil,
        summarize: Summarizer? = nil,
        countTokens: @escaping @Sendable (Message) -> Int = ContextPolicy.estimateTokens
    ) {
        self.maximumMessages = maximumMessages
        self.maximumTokens = maximumTokens
        self.countTokens = countTokens
        self.summarize = summarize
    }

    /// Everything goes to the model.
    public static var everything: ContextPolicy { ContextPolicy() }

    /// Estimates the tokens of a message: a quarter of the bytes of its stored form.
    public static func estimateTokens(_ message: Message) -> Int {
        var writer = JSONWriter(capacity: 1024)
        // A message that cannot be written never became part of a conversation.
        guard (try? MessageCoding<Message>().write(message, to: &writer)) != nil else { return 0 }
        return (writer.count + 3) / 4
    }

    var hasBudget: Bool { maximumMessages != nil || maximumTokens != nil }
}
