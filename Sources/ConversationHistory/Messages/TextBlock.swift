/// A piece of text.
public struct TextBlock: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    public var text: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a text block.
    public init(_ text: String, additionalFields: JSONObject = [:]) {
        self.text = text
        self.additionalFields = additionalFields
    }

    /// Creates a text block from a literal.
    public init(stringLiteral value: String) { self.init(value) }
}
