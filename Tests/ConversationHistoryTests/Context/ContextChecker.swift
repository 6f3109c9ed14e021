import ConversationHistory

/// The rules that models have for a list of messages, written down a second time.
enum ContextChecker {
    /// Says what a model would not accept; `nil` if it would accept the list.
    ///
    /// - Parameter asksUser: Whether the provider wants the user to speak first and last.
    static func fault(in messages: [ChatMessage], asksUser: Bool = false) -> String? {
        var ids: Set<String> = []
        var waiting: Set<String> = []
        for (position, message) in messages.enumerated() {
            if message.content.isEmpty { return "message \(position) is empty" }
            if let fault = emptyPart(message.content) { return "message \(position): \(fault)" }
            let calls = message.toolCalls.map(\.id)
            let results = message.toolResults.map(\.callID)
            if !waiting.isEmpty, results.isEmpty || !calls.isEmpty {
                return "message \(position) stands between a call and its result"
            }
            for result in results where waiting.remove(result) == nil {
                return "message \(position) answers \(result), which is not waited for"
            }
            for call in calls {
                if !ids.insert(call).inserted { return "message \(position) uses the id \(call) again" }
                waiting.insert(call)
            }
            if isReasoning(message.content.last) {
                let next = messages.dropFirst(position + 1).first
                if next?.role != message.role { return "message \(position) ends in reasoning that leads to nothing" }
            }
        }
        if !waiting.isEmpty { return "no answer to \(waiting.sorted())" }
        if let last = messages.last, last.role == .assistant, let text = last.content.last?.textValue,
            text.last?.isWhitespace == true
        {
            return "the model's last message ends in white space"
        }
        guard asksUser else { return nil }
        let said = messages.filter { $0.role != .system }
        if said.first?.role == .assistant { return "the model speaks first" }
        return said.last?.role == .assistant ? "the model speaks last" : nil
    }

    private static func emptyPart(_ content: [ContentBlock]) -> String? {
        for block in content {
            switch block {
            case .text(let block): if block.text.allSatisfy(\.isWhitespace) { return "an empty text" }
            case .image(let block), .document(let block):
                if case .base64(_, let data) = block.source, data.isEmpty { return "a file of no bytes" }
            case .toolResult(let result): if let fault = emptyPart(result.content) { return fault }
            default: break
            }
        }
        return nil
    }

    static func isReasoning(_ block: ContentBlock?) -> Bool {
        switch block {
        case .reasoning, .redactedReasoning: true
        default: false
        }
    }

    /// How many results can be given to a call of their id that stands before them.
    static func answerableCount(in messages: [ChatMessage]) -> Int {
        var open: [String: Int] = [:]
        var count = 0
        for message in messages {
            for result in message.toolResults {
                guard let calls = open[result.callID], calls > 0 else { continue }
                open[result.callID] = calls - 1
                count += 1
            }
            for call in message.toolCalls { open[call.id, default: 0] += 1 }
        }
        return count
    }
}
