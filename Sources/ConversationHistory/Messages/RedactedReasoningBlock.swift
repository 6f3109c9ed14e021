/// Reasoning that the provider gave out only sealed.
public struct RedactedReasoningBlock: Hashable, Sendable {
    /// The sealed reasoning, to be given back as it is.
    public var data: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of sealed reasoning.
    public init(data: String, additionalFields: JSONObject = [:]) {
        self.data = data
        self.additionalFields = additionalFields
    }
}
