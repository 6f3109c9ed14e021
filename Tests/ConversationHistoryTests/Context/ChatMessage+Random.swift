import ConversationHistory

extension ChatMessage {
    /// Returns a message that makes calls.
    static func calling(_ ids: String...) -> ChatMessage {
        ChatMessage(role: .assistant, content: ids.map { .toolCall(ToolCall(id: $0, name: "look")) })
    }

    /// Returns a message of results, each of which says a text of its own.
    static func answering(_ ids: String...) -> ChatMessage {
        ChatMessage(role: .tool, content: ids.map { .toolResult(ToolResult(callID: $0, text: "answer to \($0)")) })
    }

    /// Returns a message of any kind, with calls and results of a few ids only, so that they are often wrong.
    ///
    /// - Parameters:
    ///   - number: Makes the texts differ from those of other messages.
    ///   - generator: Where the numbers come from.
    static func random(_ number: Int, using generator: inout SeededGenerator) -> ChatMessage {
        func id() -> String { "call-\(Int.random(in: 0..<8, using: &generator))" }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0..<4: return .user("question \(number)")
        case 4, 5: return .assistant("answer \(number)")
        case 6, 7:
            let calls = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                ContentBlock.toolCall(
                    ToolCall(id: id(), name: "look", arguments: ["number": .number(JSONNumber(number))])
                )
            }
            return ChatMessage(
                role: .assistant,
                content: Bool.random(using: &generator) ? [.text("call \(number)")] + calls : calls
            )
        case 8, 9:
            let results = (0..<Int.random(in: 1...3, using: &generator)).map { index in
                ContentBlock.toolResult(ToolResult(callID: id(), text: "result \(number).\(index)"))
            }
            return ChatMessage(role: Bool.random(using: &generator) ? .tool : .user, content: results)
        case 10:
            return ChatMessage(
                role: .user,
                content: [
                    .toolResult(ToolResult(callID: id(), text: "result \(number)")), .text("remark \(number)"),
                    .toolCall(ToolCall(id: id(), name: "odd")),
                ]
            )
        case 11, 12:
            // Reasoning, signed or not, before, behind, between and without anything else.
            let parts: [ContentBlock] = [
                .reasoning(ReasoningBlock("thought \(number)")),
                .reasoning(ReasoningBlock("signed thought \(number)", signature: "s")),
                .redactedReasoning(RedactedReasoningBlock(data: "sealed")),
                .reasoning(ReasoningBlock("late thought \(number)", signature: "")),
                .text("remark \(number)"), .text(" \n"),
                .toolCall(ToolCall(id: id(), name: "look", arguments: ["number": .number(JSONNumber(number))])),
            ]
            let count = Int.random(in: 1...4, using: &generator)
            return ChatMessage(role: .assistant, content: Array(parts.shuffled(using: &generator).prefix(count)))
        default:
            return switch Int.random(in: 0..<4, using: &generator) {
            case 0: ChatMessage(role: .user, text: "")
            case 1: .assistant("answer \(number) \n\t")
            case 2: ChatMessage(role: .user, content: [.image(MediaBlock(.base64(mediaType: "image/png", data: "")))])
            default: ChatMessage(role: .assistant, content: [.text(" \n"), .reasoning(ReasoningBlock("thought"))])
            }
        }
    }

    /// Returns the messages of turns in which nothing is wrong: questions, calls with their results, answers.
    static func soundTurns(_ count: Int, using generator: inout SeededGenerator) -> [ChatMessage] {
        (0..<count).flatMap { turn -> [ChatMessage] in
            var messages = [ChatMessage.user("question \(turn)")]
            for step in 0..<Int.random(in: 0...2, using: &generator) {
                // The ids are used again in each turn, as some providers do.
                let id = "call-\(Bool.random(using: &generator) ? step : turn * 10 + step)"
                messages += [.calling(id), .answering(id)]
            }
            return messages + [.assistant("answer \(turn)")]
        }
    }
}
