/// A call of a tool that the model asks for.
public struct ToolCall: Hashable, Sendable {
    /// The id by which the result refers to this call.
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
