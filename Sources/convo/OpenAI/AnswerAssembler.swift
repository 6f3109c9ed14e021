import ConversationHistory

/// Puts an answer together from the chunks that a server sends.
///
/// Servers that say that they are compatible differ in every part: calls without ids or indices, an index that several
/// calls share, parts that are repeated, content in arrays. The tests have a table of what they send.
struct AnswerAssembler {
    /// How servers say that an answer is whole; any other reason for its end cuts it off.
    private static let wholeReasons: Set<String> = [
        "complete", "completed", "done", "end_turn", "eos", "eos_token", "finish", "finished", "function_call", "stop",
        "stop_sequence", "tool_call", "tool_calls", "tool_use",
    ]

    /// How servers say that an answer was too long for them.
    private static let lengthReasons: Set<String> = [
        "length", "max_length", "max_tokens", "model_context_window_exceeded", "model_length",
    ]

    /// The server, for what only the server that it comes from is given back.
    private let server: String?

    private var calls = StreamedCalls()
    private var isCutOff = false

    /// What the answer has cost, as the last chunk that says so puts it: some servers count anew with every chunk.
    private(set) var usage: Usage?

    /// Whether the server has said that nothing more of the answer is to come.
    private(set) var isComplete = false

    /// Whether nothing more is to come at all.
    private(set) var hasEnded = false

    init(server: String? = nil) { self.server = server }

    /// Takes in the data of an event, and returns what it adds to the answer.
    ///
    /// - Throws: ``ServerError`` if the server reports an error, or something that is not a chunk.
    mutating func take(_ data: String) throws(ServerError) -> [AnswerPiece] {
        if data.trimmingPrefix(while: \.isWhitespace).prefix(while: { !$0.isWhitespace }) == "[DONE]" {
            isComplete = true
            hasEnded = true
            return []
        }
        // Whatever is wrong with the text, it is no chunk.
        guard let parsed = try? JSONValue(parsing: data) else {
            // Some servers leave out the empty lines between events, so that each line is one.
            let lines = data.split(separator: "\n")
            guard lines.count > 1 else { throw .notUnderstood }
            var pieces: [AnswerPiece] = []
            for line in lines { pieces += try take(String(line)) }
            return pieces
        }
        // Some servers put an error into an array.
        let chunk = parsed.arrayValue?.first ?? parsed
        guard chunk.objectValue != nil else { throw .notUnderstood }
        try check(chunk)
        var pieces: [AnswerPiece] = []
        // More than one choice was not asked for: what is said in another one is not a part of this answer.
        for choice in chunk["choices"]?.arrayValue ?? [] where choice["index"]?.intValue ?? 0 == 0 {
            try check(choice)
            // A server that does not stream sends the message in one.
            let delta = choice["delta"]?.objectValue != nil ? choice["delta"] : choice["message"]
            if let delta { pieces += take(delta: delta) }
            pieces += end(choice["finish_reason"])
            takeUsage(choice["usage"])
        }
        takeUsage(chunk["usage"])
        return pieces
    }

    /// Returns the calls of a complete answer.
    func toolCalls() -> [AnswerPiece] { isCutOff ? [] : calls.complete(server: server).map(AnswerPiece.toolCall) }

    /// Throws if a chunk or a choice reports an error.
    private func check(_ part: JSONValue) throws(ServerError) {
        let isError = part["object"]?.stringValue == "error"
        switch part["error"] {
        case nil, .null?, .bool(false)?, .string("")?: guard isError else { return }
        case let error?: guard error.objectValue?.isEmpty != true || isError else { return }
        }
        throw .reported(ServerError.message(in: part) ?? "")
    }

    private mutating func take(delta: JSONValue) -> [AnswerPiece] {
        // Where a server sends reasoning under both names, it is the same.
        let field = ["reasoning_content", "reasoning"].first { delta[$0]?.stringValue?.isEmpty == false }
        var pieces: [AnswerPiece] = []
        if let field, let text = delta[field]?.stringValue { pieces.append(reasoning(text, field)) }
        switch delta["content"] {
        case .string(let text)?: pieces.append(.text(text))
        case .array(let parts)?: pieces += parts.flatMap(take(part:))
        case let part?: pieces += take(part: part)
        case nil: break
        }
        if let refusal = delta["refusal"]?.stringValue { pieces.append(.text(refusal)) }
        for call in delta["tool_calls"]?.arrayValue ?? [] { calls.add(call) }
        // The way of the format before it had several calls.
        if let function = delta["function_call"], function.objectValue != nil { calls.add(["function": function]) }
        return pieces.filter { $0 != .text("") }
    }

    /// Returns what a part of a content that is an array adds.
    private func take(part: JSONValue) -> [AnswerPiece] {
        switch part["type"]?.stringValue {
        case "thinking", "reasoning":
            let thought = part["thinking"] ?? part["reasoning"] ?? part["text"]
            let texts = thought?.arrayValue?.map { $0["text"]?.stringValue ?? "" } ?? [thought?.stringValue ?? ""]
            return texts.filter { !$0.isEmpty }.map { reasoning($0, nil) }
        case "refusal": return [.text(part["refusal"]?.stringValue ?? "")]
        default: return [.text(part.stringValue ?? part["text"]?.stringValue ?? "")]
        }
    }

    /// - Parameter field: The member in which a request gives the reasoning back; `nil` if it must not.
    private func reasoning(_ text: String, _ field: String?) -> AnswerPiece {
        var block = ReasoningBlock(text)
        if let field, let server {
            block.additionalFields.ownFields = ServerFields(server: server, field, .string(""))
        }
        return .reasoning(block)
    }

    private mutating func end(_ reason: JSONValue?) -> [AnswerPiece] {
        // There are servers that send an empty reason with every chunk, and some that send an object.
        guard let reason, let text = (reason["type"] ?? reason).stringValue, !text.isEmpty else { return [] }
        isComplete = true
        let word = text.lowercased()
        guard !isCutOff, !Self.wholeReasons.contains(word) else { return [] }
        isCutOff = true
        return [Self.lengthReasons.contains(word) ? .lengthLimit : .cutOff(reason: text)]
    }

    private mutating func takeUsage(_ usage: JSONValue?) {
        guard let usage, usage.objectValue?.isEmpty == false else { return }
        let input = usage["prompt_tokens"]?.intValue ?? 0
        let output = usage["completion_tokens"]?.intValue ?? 0
        self.usage = Usage(inputTokens: input, outputTokens: output)
    }
}
