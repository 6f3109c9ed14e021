import ConversationHistory

/// A request to the built-in model, which it fulfills with a tool.
struct OfflineRequest: Hashable, Sendable {
    /// The tool to call.
    let tool: String

    /// The arguments for the tool.
    let arguments: JSONValue

    /// Finds the request in a sentence; `nil` if the sentence contains no request.
    init?(_ sentence: String) {
        let words = sentence.split(whereSeparator: \.isWhitespace)
        let first = words.first?.lowercased() ?? ""
        let rest = words.dropFirst().joined(separator: " ")
        if first == "note" || first == "note:", !rest.isEmpty {
            (tool, arguments) = ("add_note", ["text": .string(rest)])
        } else if first == "notes", rest.isEmpty {
            (tool, arguments) = ("list_notes", [:])
        } else if let expression = Self.expression(in: sentence, first: first, rest: rest) {
            (tool, arguments) = ("calculator", ["expression": .string(expression)])
        } else if words.contains(where: { ["time", "time?", "clock", "date", "date?"].contains($0.lowercased()) }) {
            (tool, arguments) = ("clock", [:])
        } else {
            return nil
        }
    }

    /// Returns the text after "calculate", or the whole sentence if it is an expression.
    private static func expression(in sentence: String, first: String, rest: String) -> String? {
        if ["calculate", "calc"].contains(first), !rest.isEmpty { return rest }
        var text = sentence
        if first == "what", rest.lowercased().hasPrefix("is ") { text = String(rest.dropFirst(3)) }
        while let last = text.last, "?= ".contains(last) { text.removeLast() }
        let isExpression = text.allSatisfy {
            $0.isWhitespace || ($0.isASCII && $0.isNumber) || "+-*/().×÷·−".contains($0)
        }
        return isExpression && text.contains(where: \.isNumber) ? text : nil
    }
}
