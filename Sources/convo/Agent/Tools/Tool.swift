import ConversationHistory

/// A tool that the model can call.
protocol Tool: Sendable {
    /// The name in the model's calls.
    var name: String { get }

    /// The description for the model.
    var description: String { get }

    /// The JSON schema of its arguments.
    var parameters: JSONValue { get }

    /// Runs the tool.
    ///
    /// - Returns: The result for the model.
    /// - Throws: ``ToolError`` for an error that the model should see. Any other error ends the turn.
    func run(_ arguments: JSONValue) async throws -> String
}

extension Tool {
    /// Returns the schema of arguments that are all strings and all required.
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
            throw ToolError("The argument \"\(name)\" is required and must be a string.")
        }
        return text
    }
}
