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
