import ConversationHistory

/// Puts an answer together from the chunks that a server sends.
struct AnswerAssembler {
    private struct PartialCall {
        var index: Int?
        var id: String
        var name: String
        var arguments: String
    }

    private var calls: [PartialCall] = []
    /// What the answer has cost, as the last chunk that says so puts it: some servers count anew with every chunk.
    private(set) var usage: Usage?

    /// Whether the server has said that the answer is whole.
    private(set) var isComplete = false

    /// Whether nothing more is to come.
    private(set) var hasEnded = false

    /// Takes in the data of an event, and returns what it adds to the answer.
    ///
    /// - Throws: ``ServerError`` if the server reports an error, or something that is not a chunk.
    mutating func take(_ data: String) throws(ServerError) -> [AnswerPiece] {
        if data == "[DONE]" {
            isComplete = true
            hasEnded = true
            return []
        }
        // Whatever is wrong with the text, it is no chunk.
        guard let chunk = try? JSONValue(parsing: data), chunk.objectValue != nil else { throw .notUnderstood }
        if let error = chunk["error"], !error.isNull { throw .reported(ServerError.message(in: chunk) ?? "") }
        var pieces: [AnswerPiece] = []
        if let choice = chunk["choices"]?[0] {
            // A server that does not stream sends the message in one.
            let delta = choice["delta"] ?? choice["message"] ?? [:]
            if let text = delta["content"]?.stringValue, !text.isEmpty { pieces.append(.text(text)) }
            for call in delta["tool_calls"]?.arrayValue ?? [] { add(call) }
            if let reason = choice["finish_reason"]?.stringValue {
                isComplete = true
                if reason == "length" { pieces.append(.lengthLimit) }
            }
        }
        if let usage = chunk["usage"], usage.objectValue != nil {
            let input = usage["prompt_tokens"]?.intValue ?? 0
            let output = usage["completion_tokens"]?.intValue ?? 0
            self.usage = Usage(inputTokens: input, outputTokens: output)
        }
        return pieces
    }

    /// Returns the calls of a complete answer.
    func toolCalls() -> [AnswerPiece] {
        calls.filter { !$0.name.isEmpty }.map { call in
            // A call needs an id for its result to refer to; some servers give none.
            let id = call.id.isEmpty ? "call-\(EntryID.unique())" : call.id
            return .toolCall(ToolCall(id: id, name: call.name, text: call.arguments))
        }
    }

    private mutating func add(_ delta: JSONValue) {
        let index = delta["index"]?.intValue
        let id = delta["id"]?.stringValue ?? ""
        let place: Int
        if let known = calls.firstIndex(where: { index != nil && $0.index == index }) {
            place = known
        } else if index == nil, let last = calls.last, id.isEmpty || id == last.id {
            place = calls.count - 1
        } else {
            place = calls.count
            calls.append(PartialCall(index: index, id: "", name: "", arguments: ""))
        }
        if calls[place].id.isEmpty { calls[place].id = id }
        calls[place].name += delta["function"]?["name"]?.stringValue ?? ""
        switch delta["function"]?["arguments"] {
        case .string(let text)?: calls[place].arguments += text
        // Some servers send the object itself.
        case let object?: calls[place].arguments += object.isNull ? "" : object.jsonString
        case nil: break
        }
    }
}
