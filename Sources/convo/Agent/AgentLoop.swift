import ConversationHistory

/// The agent loop: asks the model, runs the tools that it calls, and repeats until the model calls no more tools.
///
/// A program needs no more code than this to save the conversations with its own model.
struct AgentLoop: Sendable {
    /// The maximum number of requests to the model in one turn, in case it never stops calling tools.
    static let maximumSteps = 20

    let model: any LanguageModel
    let tools: [any Tool]

    /// Shows an event to the user.
    let show: @Sendable (Event) -> Void

    /// An event to show to the user.
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

    /// Asks the model once, adds its answer while it arrives, and returns the calls in it.
    ///
    /// A cut-off answer stays marked as incomplete. Its calls are not run, because they may be incomplete too.
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
        // A model may return normally when its task is cancelled, with an incomplete answer.
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
            return ToolResult(callID: call.id, text: "There is no tool with this name.", isError: true)
        }
        do {
            return ToolResult(callID: call.id, text: try await tool.run(call.arguments))
        } catch let error as ToolError {
            // The model gets this error as the result and can try again. Any other error ends the turn.
            return ToolResult(callID: call.id, text: error.description, isError: true)
        }
    }
}

extension ActiveTurn<ChatMessage> {
    /// Adds a piece of reasoning to the model's answer.
    ///
    /// The first piece starts the answer.
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
