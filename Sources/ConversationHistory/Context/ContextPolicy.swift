/// A policy that limits the part of a history that goes to the model.
///
/// With any policy, the context contains the pinned entries, the instructions and the question. The question is the
/// message that began the turn, even if the loop has appended user messages since. A call is never separated from its
/// result. A turn is never refused because of its size.
///
/// Outside of a turn, the question is the last one appended after the last turn, or else the message that began that
/// turn. In a history without turns, it is the last question.
public struct ContextPolicy<Message: HistoryMessage>: Sendable {
    /// A closure that summarizes messages in one message.
    public typealias Summarizer = @Sendable (_ messages: [Message]) async throws -> Message

    /// The maximum number of messages; `nil` for no limit.
    public var maximumMessages: Int?

    /// The maximum number of tokens in all messages together; `nil` for no limit.
    public var maximumTokens: Int?

    /// A user message, such as "Continue.", for providers whose requests must begin and end with a user message.
    ///
    /// If the context would begin with a message from the model, the continuation is inserted before it, after the
    /// instructions. If the context would end with one, the continuation is added at the end. It is never stored.
    /// Defaults to `nil`: nothing is added.
    public var continuation: Message?

    /// Counts the tokens of a message.
    ///
    /// Defaults to ``estimateTokens(_:)``.
    public var countTokens: @Sendable (Message) -> Int

    /// Summarizes the messages that exceed the budget, which are otherwise left out.
    ///
    /// The closure is called before a turn's loop runs, if the history exceeds the budget. The summary is stored as an
    /// entry of its own, and the entries that it covers stay stored. If the closure throws, the turn continues without
    /// a summary.
    ///
    /// The input is repaired like any context, except at its beginning and its end, because a summarizer adds its own
    /// request.
    public var summarize: Summarizer?

    /// Creates a policy.
    public init(
        maximumMessages: Int? = nil,
        maximumTokens: Int? = nil,
        continuation: Message? = nil,
        summarize: Summarizer? = nil,
        countTokens: @escaping @Sendable (Message) -> Int = ContextPolicy.estimateTokens
    ) {
        self.maximumMessages = maximumMessages
        self.maximumTokens = maximumTokens
        self.continuation = continuation
        self.countTokens = countTokens
        self.summarize = summarize
    }

    /// A policy without a budget, with which the whole history goes to the model.
    public static var everything: ContextPolicy { ContextPolicy() }

    /// Estimates the tokens of a message: a quarter of the bytes of its stored form, plus typical charges for media.
    ///
    /// The size of the encoding doesn't count for media:
    ///
    /// - An **image** counts one token per 750 pixels, at least 85 and at most 1,600. The size is read from the header
    ///   of a PNG, JPEG, GIF or WebP in base64, or in a `data:` URL. Any other image counts 1,600.
    /// - A **document** counts 2,000 per page. The number of pages is estimated: one per 50,000 bytes of the file, at
    ///   most 100. A document with a text media type counts a quarter of its bytes. A document at a URL or in the
    ///   provider's file store counts five pages.
    /// - **Other data** is a run of at least 1,024 base64 characters in a ``ContentBlock/other(_:)`` block or in a
    ///   message of another type than ``ChatMessage``. It counts as an image or a document if its header is that of a
    ///   PNG, JPEG, GIF, WebP or PDF, and at most 1,600 otherwise.
    ///
    /// The numbers are a compromise. For an image, Anthropic charges about one token per 750 pixels, at most 1,600 with
    /// most models. OpenAI charges 85 and 170 per tile of 512 pixels, or one token per patch of 32 pixels. Google
    /// charges 258 per tile of 768 pixels, or about 1,100. A PDF page costs about 1,500 to 3,000 at Anthropic and 258
    /// to 560 at Google. For exact numbers, set ``countTokens`` to your provider's count.
    public static func estimateTokens(_ message: Message) -> Int { TokenEstimate.tokens(of: message) }

    var hasBudget: Bool { maximumMessages != nil || maximumTokens != nil }
}
