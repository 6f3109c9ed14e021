import ConversationHistory

/// The output of `/history`: one line per entry.
enum HistoryListing {
    /// The maximum length of a line.
    private static let maximumLength = 100

    /// Returns the lines, each ending with a newline.
    static func text(of snapshot: ConversationSnapshot<ChatMessage>) -> String {
        guard !snapshot.entries.isEmpty else { return "The conversation is empty.\n" }
        let width = String(snapshot.entries.count).count
        var text = ""
        for (index, entry) in snapshot.entries.enumerated() {
            let number = String(index + 1)
            text += String(repeating: " ", count: width - number.count) + number + (entry.isPinned ? "*" : " ") + " "
            text += line(of: entry) + "\n"
            for turn in snapshot.turns where turn.entries.upperBound == index + 1 {
                guard let outcome = turn.outcome, outcome != .completed else { continue }
                text += String(repeating: " ", count: width + 2) + "(turn \(outcome.rawValue))\n"
            }
        }
        return text + (snapshot.entries.contains(where: \.isPinned) ? "* pinned\n" : "")
    }

    private static func line(of entry: HistoryEntry<ChatMessage>) -> String {
        let end = entry.isIncomplete ? " (incomplete)" : ""
        switch entry.content {
        case .message(let message): return "\(message.role): \(content(of: message))".shortened(to: maximumLength) + end
        case .action(let action): return "action \(action.name): \(action.payload)".shortened(to: maximumLength) + end
        case .summary(let summary): return "summary: \(summary.message.text)".shortened(to: maximumLength) + end
        case .other: return "entry from a newer version"
        }
    }

    private static func content(of message: ChatMessage) -> String {
        message.content.map { block in
            switch block {
            case .text(let text): text.text
            case .toolCall(let call): "[calls \(call.name) \(call.arguments)]"
            case .toolResult(let result): result.content.compactMap(\.textValue).joined(separator: " ")
            case .image: "[image]"
            case .document: "[document]"
            case .reasoning, .redactedReasoning: "[reasoning]"
            case .other: "[unknown content]"
            }
        }.joined(separator: " ")
    }
}
