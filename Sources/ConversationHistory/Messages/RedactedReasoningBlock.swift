/// Reasoning that the provider returned only in encrypted form.
public struct RedactedReasoningBlock: Hashable, Sendable {
    /// The encrypted reasoning, to be sent back unchanged.
    public var data: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of encrypted reasoning.
    public init(data: String, additionalFields: JSONObject = [:]) {
        self.data = data
        self.additionalFields = additionalFields
    }
}
