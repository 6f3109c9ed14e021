/// A message that an agent loop exchanges with a model.
///
/// Conform the message type of your agent loop to this protocol, and every store, ``Conversation`` and the context
/// repair work with it, without conversion or loss. If you have no message type of your own, use ``ChatMessage``.
///
/// ## What a conforming type must do
///
/// `role` and `searchableText` are required. A type whose messages contain tool calls also implements ``toolCallIDs``,
/// ``toolResultIDs``, ``withToolParts(callIDs:resultIDs:keepingRest:)`` and ``placeholderResult(forCallIDs:)``. With
/// these four, a history in which a call has no result (after a crash, a cancellation or a trim) can be repaired
/// without any other knowledge of the type. By default, a type has no tool calls.
///
/// A type with other parts supports the remaining rules of ``Repair`` through ``withoutEmptyParts()``,
/// ``withoutCutOffParts()``, ``withoutTrailingReasoning()`` and ``withoutTrailingWhitespace()``. By default, they
/// return the message unchanged. Each must return its own result unchanged.
///
/// Messages are stored through `Codable`, one entry at a time, with this package's own coder. A ``JSONValue`` anywhere
/// inside a message keeps the order of its keys and the text of its numbers. A message must decode from its encoded
/// form. A message that cannot be encoded, such as one with a `NaN` or with nesting deeper than
/// ``JSONValue/maximumDepth``, is refused when it enters a conversation, not at a later save.
public protocol HistoryMessage: Codable, Equatable, Sendable {
    /// The name of the message type in a stored history, by which a history of another message type is refused.
    ///
    /// Defaults to the type's own name. Define the name explicitly before you rename the type, and keep it.
    static var formatName: String { get }

    /// The role of the message's author.
    var role: MessageRole { get }

    /// The text for the search index; empty if the message has no text.
    var searchableText: String { get }

    /// The ids of the tool calls that this message makes, in order; empty by default.
    var toolCallIDs: [String] { get }

    /// The ids of the tool calls whose results this message contains, in order; empty by default.
    var toolResultIDs: [String] { get }

    /// Returns this message with its tool calls and results renamed or left out.
    ///
    /// - Parameters:
    ///   - callIDs: The new id of each call of ``toolCallIDs``, or `nil` to leave that call out.
    ///   - resultIDs: The new id of each result of ``toolResultIDs``, or `nil` to leave that result out.
    ///   - keepingRest: Whether parts other than calls and results stay.
    /// - Returns: The changed message, or `nil` if nothing remains that a model would accept.
    func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Self?

    /// Returns this message without empty parts, which models refuse.
    ///
    /// Defaults to the unchanged message.
    ///
    /// - Returns: The message, or `nil` if nothing remains that a model would accept.
    func withoutEmptyParts() -> Self?

    /// Returns this incomplete message without the parts at its end that were cut off and that models refuse.
    ///
    /// Such parts are reasoning that is not signed yet, and a call without complete arguments. Text that was cut off
    /// may stay, because models accept it. The package calls this function only for messages of incomplete entries
    /// (``HistoryEntry/isIncomplete``). Defaults to the unchanged message.
    ///
    /// - Returns: The message, or `nil` if nothing remains that a model would accept.
    func withoutCutOffParts() -> Self?

    /// Returns this message without the reasoning at its end, signed or not.
    ///
    /// Models refuse reasoning that is not followed by text or a call. The package calls this function only for
    /// messages that no message of the same role follows. Defaults to the unchanged message.
    ///
    /// - Returns: The message, or `nil` if nothing remains that a model would accept.
    func withoutTrailingReasoning() -> Self?

    /// Returns this message without white space at its end.
    ///
    /// Models refuse trailing white space in a request that ends with a message of the model. Defaults to the unchanged
    /// message.
    func withoutTrailingWhitespace() -> Self

    /// Returns a message that answers calls whose results were lost, marked as a placeholder.
    ///
    /// - Parameter callIDs: The ids of the calls, at least one, in order.
    /// - Returns: The message, or `nil` if the type cannot express one; the calls are then left out of the context.
    static func placeholderResult(forCallIDs callIDs: [String]) -> Self?
}

extension HistoryMessage {
    /// The type's own name, without its module.
    public static var formatName: String { String(describing: Self.self) }

    /// An empty array: no calls.
    public var toolCallIDs: [String] { [] }

    /// An empty array: no results.
    public var toolResultIDs: [String] { [] }

    /// Returns this message unchanged if the rest is kept, and otherwise `nil`: it has neither calls nor results.
    public func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Self? {
        keepingRest ? self : nil
    }

    /// This message as it is.
    public func withoutEmptyParts() -> Self? { self }

    /// This message as it is.
    public func withoutCutOffParts() -> Self? { self }

    /// This message as it is.
    public func withoutTrailingReasoning() -> Self? { self }

    /// This message as it is.
    public func withoutTrailingWhitespace() -> Self { self }

    /// Returns `nil`: the type has no placeholder.
    public static func placeholderResult(forCallIDs callIDs: [String]) -> Self? { nil }
}

/// The role of a message's author.
///
/// The set is open: roles that this version doesn't know are kept as they are.
public struct MessageRole: RawRepresentable, Hashable, Codable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The role's name, as it is stored.
    public let rawValue: String

    /// Creates a role from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Creates a role from a literal.
    public init(stringLiteral value: String) { self.rawValue = value }

    /// The role's name.
    public var description: String { rawValue }

    /// The system, which gives the model its instructions.
    public static let system = MessageRole(rawValue: "system")

    /// The application's developer, for providers that separate developer and system instructions.
    public static let developer = MessageRole(rawValue: "developer")

    /// The person or program that asks the model.
    public static let user = MessageRole(rawValue: "user")

    /// The model.
    public static let assistant = MessageRole(rawValue: "assistant")

    /// The tools, which answer the model's calls.
    public static let tool = MessageRole(rawValue: "tool")

    /// Whether messages with this role instruct the model rather than take part in the exchange.
    var isInstruction: Bool { self == .system || self == .developer }
}
