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

/// What a tool answered to a call.
public struct ToolResult: Hashable, Sendable {
    /// The id of the call that this answers.
    public var callID: String

    /// What the tool gave back.
    public var content: [ContentBlock]

    /// Whether the tool failed.
    public var isError: Bool

    /// Whether no tool gave this result: it stands in for one that was lost, so that the model accepts the history.
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

    /// Creates a result that is one text.
    public init(callID: String, text: String, isError: Bool = false) {
        self.init(callID: callID, content: [.text(text)], isError: isError)
    }
}
