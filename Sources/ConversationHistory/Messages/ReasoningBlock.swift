/// The model's reasoning, with the provider's signature over it.
public struct ReasoningBlock: Hashable, Sendable {
    /// The reasoning.
    public var text: String

    /// The provider's signature; it holds only as long as both stay as they are.
    public var signature: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of reasoning.
    public init(_ text: String, signature: String? = nil, additionalFields: JSONObject = [:]) {
        self.text = text
        self.signature = signature
        self.additionalFields = additionalFields
    }
}
