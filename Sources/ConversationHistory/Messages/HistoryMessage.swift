/// A message that an agent loop exchanges with a model.
///
/// An agent loop keeps its own message type: conform it, and every store, the ``Conversation`` façade and the context
/// repair work with it; nothing is converted and nothing is lost. ``ChatMessage`` is the type to use when there is none.
///
/// ## What a conforming type must do
///
/// `role` and `searchableText` are required. A type whose messages hold tool calls also gives ``toolCallIDs``,
/// ``toolResultIDs``, ``withToolParts(callIDs:resultIDs:keepingRest:)`` and ``placeholderResult(forCallIDs:)``: with these four a
/// history in which a call has no result (after a crash, a cancellation, a trim) can be repaired without knowing more
/// about the type. Their defaults say that there are no tool calls.
///
/// A type with parts of its own takes part in the other rules that ``Repair`` lists by ``withoutEmptyParts()``,
/// ``withoutCutOffParts()``, ``withoutTrailingReasoning()`` and ``withoutTrailingWhitespace()``. Their defaults leave
/// the message as it is. Each must leave its own result as it is.
///
/// Messages are stored through `Codable`, one entry at a time, with this package's own coder: a ``JSONValue`` anywhere
/// inside a message comes back with its key order and its numbers as they were written. A message must decode from
/// what it encodes; a message that cannot be encoded (a `NaN`, nesting deeper than ``JSONValue/maximumDepth``) is
/// refused when it enters a conversation, not at a later save.
public protocol HistoryMessage: Codable, Equatable, Sendable {
    /// The name that a stored history carries, so that a history of another message type is refused by name.
    ///
    /// Unless given, the type's own name. Give one, and keep it, before the type is ever renamed.
    static var formatName: String { get }

    /// Who speaks.
    var role: MessageRole { get }

    /// The text that search indexes; empty if there is none.
    var searchableText: String { get }

    /// The ids of the tool calls that this message makes, in order; none unless given.
    var toolCallIDs: [String] { get }

    /// The ids of the tool calls whose results this message holds, in order; none unless given.
    var toolResultIDs: [String] { get }

    /// Returns this message with its tool calls and results renamed or left out.
    ///
    /// - Parameters:
    ///   - callIDs: The id that each call of ``toolCallIDs`` is to have, or `nil` to leave that call out.
    ///   - resultIDs: The id that each result of ``toolResultIDs`` is to have, or `nil` to leave that result out.
    ///   - keepingRest: Whether what is neither a call nor a result stays.
    /// - Returns: The changed message, or `nil` if nothing that a model could be given is left of it.
    func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Self?

    /// Returns this message without parts that are empty and that models therefore refuse; as it is unless given.
    ///
    /// - Returns: The message, or `nil` if nothing that a model could be given is left of it.
    func withoutEmptyParts() -> Self?

    /// Returns this message, which is incomplete, without the parts at its end that were cut off and that models
    /// therefore refuse: reasoning that is not signed yet, a call without whole arguments.
    ///
    /// It is asked only for messages whose entry ``HistoryEntry/isIncomplete``. A text that was cut off may stay: models
    /// accept it. Defaults to the message as it is.
    ///
    /// - Returns: The message, or `nil` if nothing that a model could be given is left of it.
    func withoutCutOffParts() -> Self?

    /// Returns this message without the reasoning at its end, signed or not.
    ///
    /// Models refuse reasoning that leads to no text and no call. It is asked only for messages that no message of the
    /// same role follows. Defaults to the message as it is.
    ///
    /// - Returns: The message, or `nil` if nothing that a model could be given is left of it.
    func withoutTrailingReasoning() -> Self?

    /// Returns this message without white space at its end.
    ///
    /// Models refuse it at the end of a request that ends with a message of the model. Defaults to the message as it is.
    func withoutTrailingWhitespace() -> Self

    /// Returns a message that answers calls whose results were lost, marked as made up.
    ///
    /// - Parameter callIDs: The ids of the calls, at least one, in order.
    /// - Returns: The message, or `nil` if this type cannot express one; then the calls are left out of the context.
    static func placeholderResult(forCallIDs callIDs: [String]) -> Self?
}

extension HistoryMessage {
    /// The type's own name, without its module.
    public static var formatName: String { String(describing: Self.self) }

    /// No calls.
    public var toolCallIDs: [String] { [] }

    /// No results.
    public var toolResultIDs: [String] { [] }

    /// This message as it is: it has neither calls nor results.
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

    /// None.
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
