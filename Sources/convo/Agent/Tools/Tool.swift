import ConversationHistory

/// Something that the model can have done.
protocol Tool: Sendable {
    /// The name by which the model calls it.
    var name: String { get }

    /// What the model is told about it.
    var description: String { get }

    /// The JSON schema of its arguments.
    var parameters: JSONValue { get }

    /// Does it.
    ///
    /// - Returns: What the model is to know about the outcome.
    /// - Throws: ``ToolError`` for what the model should be told; anything else ends the turn.
    func run(_ arguments: JSONValue) async throws -> String
}

extension Tool {
    /// Returns the schema of arguments that are all strings, and all needed.
    static func schema(_ strings: KeyValuePairs<String, String>) -> JSONValue {
        let properties = strings.map { name, description in
            (key: name, value: ["type": "string", "description": .string(description)] as JSONValue)
        }
        return [
            "type": "object",
            "properties": .object(JSONObject(properties)),
            "required": .array(strings.map { .string($0.key) }),
        ]
    }

    /// Returns an argument that must be a string.
    func string(_ name: String, of arguments: JSONValue) throws(ToolError) -> String {
        guard let text = arguments[name]?.stringValue else {
            throw ToolError("The argument \"\(name)\" must be given, as a string.")
        }
        return text
    }
}
