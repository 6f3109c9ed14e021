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
