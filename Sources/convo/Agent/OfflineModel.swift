import ConversationHistory

/// A model that needs no network.
///
/// It recognizes a few requests, calls the tools for them, and is deterministic. To the loop it behaves like a real
/// model: it sees only the messages, calls tools, gets the results in the next request, and answers in pieces.
struct OfflineModel: LanguageModel {
    /// The pause after each piece.
    let pace: Duration

    func answer(
        _ messages: [ChatMessage],
        tools: [any Tool],
        receive: (AnswerPiece) throws -> Void
    ) async throws {
        let reply = Self.reply(to: messages, tools: tools.map(\.name))
        var output = 0
        for piece in Self.pieces(of: reply.text) {
            try receive(.text(piece))
            output += 1
            if pace > .zero { try await Task.sleep(for: pace) } else { await Task.yield() }
            try Task.checkCancellation()
        }
        if let call = reply.call { try receive(.toolCall(call)) }
        let input = messages.reduce(0) { $0 + $1.searchableText.split(separator: " ").count }
        try receive(.usage(Usage(inputTokens: input, outputTokens: output + (reply.call == nil ? 0 : 1))))
    }

    private typealias Reply = (text: String, call: ToolCall?)

    private static func reply(to messages: [ChatMessage], tools: [String]) -> Reply {
        guard let last = messages.last else { return ("There is nothing to answer.", nil) }
        if let result = last.toolResults.last {
            return (sentence(for: result, call: messages.dropLast().last?.toolCalls.last), nil)
        }
        let questions = messages.filter { $0.role == .user && $0.toolResults.isEmpty }.map(\.text)
        guard let request = OfflineRequest(last.text), tools.contains(request.tool) else {
            return (smallTalk(questions), nil)
        }
        let number = messages.reduce(1) { $0 + $1.toolCalls.count }
        return ("", ToolCall(id: "call-\(number)", name: request.tool, arguments: request.arguments))
    }

    /// Returns a sentence with the result of a tool.
    private static func sentence(for result: ToolResult, call: ToolCall?) -> String {
        let text = result.content.compactMap(\.textValue).joined()
        if result.isError { return "That did not work. \(text)" }
        switch call?.name {
        case "calculator": return "\(call?.arguments["expression"]?.stringValue ?? "It") = \(text)"
        case "clock": return "It is \(text)."
        case "add_note": return "\(text) Say \"notes\" to see all of them."
        default: return text
        }
    }

    private static func smallTalk(_ questions: [String]) -> String {
        let before = questions.dropLast().last.map { "Before that, you said: \"\($0)\"" }
        return """
            You said: "\(questions.last ?? "")" \
            \(before ?? "This is the first thing you said in this conversation.") \
            I am the built-in model, and I can't do much: ask me the time, give me something to calculate such as \
            "(1.5 + 2) * 4", say "note" and something to remember, or "notes" to see your notes. \
            For real answers, choose a server with --endpoint and --model.
            """
    }

    /// Splits a text after each white-space character.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in text {
            piece.append(character)
            if character.isWhitespace {
                pieces.append(piece)
                piece = ""
            }
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
