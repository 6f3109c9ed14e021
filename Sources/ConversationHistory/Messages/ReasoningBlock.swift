/// The model's reasoning, with the provider's signature.
public struct ReasoningBlock: Hashable, Sendable {
    /// The reasoning.
    public var text: String

    /// The provider's signature, which is valid only while the text and the signature stay unchanged.
    public var signature: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a reasoning block.
    public init(_ text: String, signature: String? = nil, additionalFields: JSONObject = [:]) {
        self.text = text
        self.signature = signature
        self.additionalFields = additionalFields
    }
}
