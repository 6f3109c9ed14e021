/// How much of a history goes to the model.
///
/// Whatever the policy, the context contains the pinned entries, the instructions, and the question: the message that began
/// the turn, even if the loop has appended user messages since. A call is never parted from its result. A turn is never
/// refused for its size.
///
/// Outside of a turn, the question is that of the last turn; a question that was appended behind it, or in a history
/// without turns, the last question.
public struct ContextPolicy<Message: HistoryMessage>: Sendable {
    /// Makes one message of those that are to be left out.
    public typealias Summarizer = @Sendable (_ messages: [Message]) async throws -> Message

    /// How many messages there may be; `nil` for any number.
    public var maximumMessages: Int?

    /// How many tokens the messages may have together; `nil` for any number.
    public var maximumTokens: Int?

    /// A message of the user, such as "Continue.", for providers whose requests must begin and end with the user.
    ///
    /// It is put before a context that would begin with a message of the model, behind the instructions, and behind a
    /// context that would end with one. It is never stored. Defaults to `nil`: the context begins and ends as it is.
    public var continuation: Message?

    /// Counts the tokens of a message; ``estimateTokens(_:)`` unless set.
    public var countTokens: @Sendable (Message) -> Int

    /// Summarizes what the budget has no room for; without it, that is left out.
    ///
    /// It is asked before a turn's loop runs, if the history has outgrown the budget, and its answer is stored as an
    /// entry of its own. What it covers stays stored. If it throws, the turn goes on without a summary.
    ///
    /// Its input is repaired as every context is, but for its beginning and its end: it adds a request of its own.
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

    /// Everything goes to the model.
    public static var everything: ContextPolicy { ContextPolicy() }

    /// Estimates the tokens of a message: a quarter of the bytes of its stored form, and for media what providers charge.
    ///
    /// Media never count by their encoding:
    ///
    /// - An **image** counts its pixels divided by 750, at least 85 and at most 1,600. The size is read from the header
    ///   of a PNG, JPEG, GIF or WebP in base 64, or in a `data:` URL. Any other image counts 1,600.
    /// - A **document** counts 2,000 for each page. Its pages are not counted but estimated: one for each 50,000 bytes of
    ///   the file, at most 100. A document that is text by its media type counts a quarter of its bytes. One whose bytes
    ///   are not in the message, at a URL or in the provider's store, counts five pages.
    /// - **Other data** in base 64, that is a run of 1,024 such characters or more within a ``ContentBlock/other(_:)`` or
    ///   within a message of another type than ``ChatMessage``, counts as an image or a document if its header says that
    ///   it is a PNG, JPEG, GIF, WebP or PDF, and at most 1,600 otherwise.
    ///
    /// The numbers are a middle way. Anthropic charges an image about a token for 750 pixels, most models 1,600 at most;
    /// OpenAI 85 and 170 for each tile of 512 pixels, or a token for a patch of 32 pixels; Google 258 for each tile of 768
    /// pixels, or about 1,100. A page of a PDF costs about 1,500 to 3,000 at Anthropic and 258 to 560 at Google. To be
    /// exact, set ``countTokens`` to your provider's count.
    public static func estimateTokens(_ message: Message) -> Int { TokenEstimate.tokens(of: message) }

    var hasBudget: Bool { maximumMessages != nil || maximumTokens != nil }
}
