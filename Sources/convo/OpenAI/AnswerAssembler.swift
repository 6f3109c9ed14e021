import ConversationHistory

/// Assembles an answer from the chunks of a server.
///
/// Compatible servers differ in every part: they send calls without ids or indices, several calls with the same index,
/// repeated parts, or content in arrays. The tests have a table of such answers.
struct AnswerAssembler {
    /// The finish reasons of complete answers.
    ///
    /// With any other reason, the answer was cut off.
    private static let completionReasons: Set<String> = [
        "complete", "completed", "done", "end_turn", "eos", "eos_token", "finish", "finished", "function_call", "stop",
        "stop_sequence", "tool_call", "tool_calls", "tool_use",
    ]

    /// The finish reasons of answers that reached a length limit.
    private static let lengthReasons: Set<String> = [
        "length", "max_length", "max_tokens", "model_context_window_exceeded", "model_length",
    ]

    /// The server, for fields that are sent back only to the server that they came from.
    private let server: String?

    private var calls = StreamedCalls()
    private var isCutOff = false

    /// The usage in the latest chunk that has one, because some servers send a new total with every chunk.
    private(set) var usage: Usage?

    /// Whether the server has sent a finish reason or the end of the stream.
    private(set) var isComplete = false

    /// Whether the server has sent the end of the stream.
    private(set) var hasEnded = false

    init(server: String? = nil) { self.server = server }

    /// Processes the data of an event, and returns the pieces of the answer in it.
    ///
    /// - Throws: ``ServerError`` if the data is an error or not a chunk.
    mutating func take(_ data: String) throws(ServerError) -> [AnswerPiece] {
        if data.trimmingPrefix(while: \.isWhitespace).prefix(while: { !$0.isWhitespace }) == "[DONE]" {
            isComplete = true
            hasEnded = true
            return []
        }
        // Text that doesn't parse is not a chunk, whatever the error is.
        guard let parsed = try? JSONValue(parsing: data) else {
            // Some servers omit the empty lines between events, so each line is an event.
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
        // Only the first choice is part of the answer, because the request asked for one.
        for choice in chunk["choices"]?.arrayValue ?? [] where choice["index"]?.intValue ?? 0 == 0 {
            try check(choice)
            // A server that doesn't stream sends the whole message.
            let delta = choice["delta"]?.objectValue != nil ? choice["delta"] : choice["message"]
            if let delta { pieces += take(delta: delta) }
            pieces += end(choice["finish_reason"])
            takeUsage(choice["usage"])
        }
        takeUsage(chunk["usage"])
        return pieces
    }

    /// Returns the tool calls, or none if the answer was cut off.
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
        // A server that sends both members sends the same reasoning in both.
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
        // The older form of the format, with a single call.
        if let function = delta["function_call"], function.objectValue != nil { calls.add(["function": function]) }
        return pieces.filter { $0 != .text("") }
    }

    /// Returns the pieces in an element of a content array.
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

    /// - Parameter field: The member that later requests send the reasoning back in; `nil` to not send it back.
    private func reasoning(_ text: String, _ field: String?) -> AnswerPiece {
        var block = ReasoningBlock(text)
        if let field, let server {
            block.additionalFields.ownFields = ServerFields(server: server, field, .string(""))
        }
        return .reasoning(block)
    }

    private mutating func end(_ reason: JSONValue?) -> [AnswerPiece] {
        // Some servers send an empty reason with every chunk, and some send an object.
        guard let reason, let text = (reason["type"] ?? reason).stringValue, !text.isEmpty else { return [] }
        isComplete = true
        let word = text.lowercased()
        guard !isCutOff, !Self.completionReasons.contains(word) else { return [] }
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
