import ConversationHistory

/// The rules that models have for a list of messages, written down a second time.
enum ContextChecker {
    /// Says what a model would not accept; `nil` if it would accept the list.
    static func fault(in messages: [ChatMessage]) -> String? {
        var ids: Set<String> = []
        var waiting: Set<String> = []
        for (position, message) in messages.enumerated() {
            if message.content.isEmpty { return "message \(position) is empty" }
            if let fault = emptyText(message.content) { return "message \(position): \(fault)" }
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
        }
        return waiting.isEmpty ? nil : "no answer to \(waiting.sorted())"
    }

    private static func emptyText(_ content: [ContentBlock]) -> String? {
        for block in content {
            if let text = block.textValue, text.allSatisfy(\.isWhitespace) { return "an empty text" }
            if case .toolResult(let result) = block, let fault = emptyText(result.content) { return fault }
        }
        return nil
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
