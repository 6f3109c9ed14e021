/// A tool call that the model requests.
public struct ToolCall: Hashable, Sendable {
    /// The id with which the result refers to this call.
    public var id: String

    /// The name of the tool.
    public var name: String

    /// The arguments, with their key order and numbers as the model wrote them.
    public var arguments: JSONValue

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a call.
    public init(id: String, name: String, arguments: JSONValue = [:], additionalFields: JSONObject = [:]) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.additionalFields = additionalFields
    }
}
