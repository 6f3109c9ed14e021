/// Who speaks in a message.
///
/// The set is open: a role that a provider adds tomorrow is kept as it is.
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

    /// The instructions that stand above the conversation.
    public static let system = MessageRole(rawValue: "system")

    /// Instructions of an application's developer, where a provider tells them from the system's.
    public static let developer = MessageRole(rawValue: "developer")

    /// The person, or whoever asks.
    public static let user = MessageRole(rawValue: "user")

    /// The model.
    public static let assistant = MessageRole(rawValue: "assistant")

    /// The tools, answering the calls of the model.
    public static let tool = MessageRole(rawValue: "tool")

    /// Whether messages of this role instruct the model, rather than take part in the exchange.
    var isInstruction: Bool { self == .system || self == .developer }
}
