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

/// A tool's answer to a call.
public struct ToolResult: Hashable, Sendable {
    /// The id of the answered call.
    public var callID: String

    /// The tool's output.
    public var content: [ContentBlock]

    /// Whether the tool failed.
    public var isError: Bool

    /// Whether this is a placeholder for a lost result, added so that the model accepts the history.
    public var isPlaceholder: Bool

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a result.
    public init(
        callID: String,
        content: [ContentBlock],
        isError: Bool = false,
        isPlaceholder: Bool = false,
        additionalFields: JSONObject = [:]
    ) {
        self.callID = callID
        self.content = content
        self.isError = isError
        self.isPlaceholder = isPlaceholder
        self.additionalFields = additionalFields
    }

    /// Creates a result with one text block.
    public init(callID: String, text: String, isError: Bool = false) {
        self.init(callID: callID, content: [.text(text)], isError: isError)
    }
}
