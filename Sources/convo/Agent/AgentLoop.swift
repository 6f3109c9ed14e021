import ConversationHistory

/// The agent loop: asks the model, runs the tools that it calls, and asks again until it has nothing more to call.
///
/// This is all that a program needs to write around a model of its own to have its conversations kept.
struct AgentLoop: Sendable {
    /// How often the model is asked in one turn, so that one that never stops calling does not run for ever.
    static let maximumSteps = 20

    let model: any LanguageModel
    let tools: [any Tool]

    /// Shows what happens to the user.
    let show: @Sendable (Event) -> Void

    /// What the user is shown.
    enum Event: Sendable {
        case text(String)
        case call(ToolCall, ToolResult)
        case lengthLimit
        case cutOff(reason: String)
    }

    /// Runs a turn.
    func run(_ turn: ActiveTurn<ChatMessage>) async throws {
        for _ in 0..<Self.maximumSteps {
            let calls = try await step(turn)
            if calls.isEmpty { return }
            for call in calls {
                try Task.checkCancellation()
                let result = try await run(call)
                try await turn.append(ChatMessage(role: .tool, content: [.toolResult(result)]), sender: call.name)
                show(.call(call, result))
            }
        }
        throw AgentError.tooManySteps
    }

    /// Asks the model once, and keeps its answer as it comes; returns the calls in it.
    ///
    /// An answer that was cut off stays marked as incomplete, and no call in it is run: it may lack something.
    private func step(_ turn: ActiveTurn<ChatMessage>) async throws -> [ToolCall] {
        var calls: [ToolCall] = []
        var (hasText, hasReasoning) = (false, false)
        var cutOff: String?
        try await model.answer(turn.messages, tools: tools) { piece in
            switch piece {
            case .text(let text):
                try turn.stream(text)
                hasText = true
                show(.text(text))
            case .reasoning(let block):
                try turn.stream(block)
                hasReasoning = true
            case .toolCall(let call): calls.append(call)
            case .usage(let usage): try turn.addUsage(usage)
            case .lengthLimit:
                cutOff = "length"
                show(.lengthLimit)
            case .cutOff(let reason):
                cutOff = reason
                show(.cutOff(reason: reason))
            }
        }
        // A model may stop silently when its task is cancelled; the answer is not whole then.
        try Task.checkCancellation()
        if let cutOff {
            guard hasText else { throw AgentError.cutOff(cutOff) }
            try await turn.finishStreaming(isIncomplete: true)
            return []
        }
        guard hasText || !calls.isEmpty else { throw AgentError.emptyAnswer }
        if hasText || hasReasoning {
            try turn.updateStreaming { $0.content += calls.map(ContentBlock.toolCall) }
            try await turn.finishStreaming()
        } else {
            try await turn.append(ChatMessage(role: .assistant, content: calls.map(ContentBlock.toolCall)))
        }
        return calls
    }

    private func run(_ call: ToolCall) async throws -> ToolResult {
        guard let tool = tools.first(where: { $0.name == call.name }) else {
            return ToolResult(callID: call.id, text: "There is no tool of this name.", isError: true)
        }
        do {
            return ToolResult(callID: call.id, text: try await tool.run(call.arguments))
        } catch let error as ToolError {
            // The model is told, and may try again; any other failure is not the model's affair and ends the turn.
            return ToolResult(callID: call.id, text: error.description, isError: true)
        }
    }
}

extension ActiveTurn<ChatMessage> {
    /// Adds a piece of reasoning to the model's answer, beginning the answer with the first piece.
    fileprivate func stream(_ block: ReasoningBlock) throws {
        do {
            try updateStreaming { message in
                guard case .reasoning(var last)? = message.content.last, last.additionalFields == block.additionalFields
                else { return message.content.append(.reasoning(block)) }
                last.text += block.text
                message.content[message.content.count - 1] = .reasoning(last)
            }
        } catch let error as ConversationError where error.code == .noMessageUnderWay {
            try beginStreaming(ChatMessage(role: .assistant, content: [.reasoning(block)]))
        }
    }
}
