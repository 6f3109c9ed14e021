import ConversationHistory

extension JSONValue {
    /// Returns arrays within arrays.
    static func nested(_ depth: Int) -> JSONValue {
        var value = JSONValue.null
        for _ in 0..<depth { value = .array([value]) }
        return value
    }
}
