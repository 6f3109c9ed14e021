import ConversationHistory
import ConversationHistoryLibrary

/// The text of `convo show`: the entries of a conversation in full.
enum EntryText {
    /// Returns the heading above the entries.
    static func heading(of info: ConversationInfo) -> String {
        var facts = [info.id.rawValue.cell, "created \(DisplayDate.text(info.created))"]
        facts.append("changed \(DisplayDate.text(info.updated))")
        if let owner = info.owner { facts.append("owner \(owner.displayName.cell)") }
        if info.deleted != nil { facts.append("in the trash since \(DisplayDate.text(info.deleted))") }
        return (info.title.map { $0.cell + "\n" } ?? "") + facts.joined(separator: ", ") + "\n"
    }

    /// Returns an entry, below a line with its number and attributes.
    static func text(of entry: HistoryEntry<ChatMessage>, number: Int) -> String {
        var marks = [kind(of: entry)]
        if let sender = entry.sender { marks.append("from \(sender.cell)") }
        if entry.date != nil { marks.append(DisplayDate.text(entry.date)) }
        if entry.isPinned { marks.append("pinned") }
        if entry.isIncomplete { marks.append("incomplete") }
        let body = content(of: entry).split(separator: "\n", omittingEmptySubsequences: false)
        return "\n\(number)  \(marks.joined(separator: ", "))\n"
            + body.map { $0.isEmpty ? "\n" : "   \($0)\n" }.joined()
    }

    private static func kind(of entry: HistoryEntry<ChatMessage>) -> String {
        switch entry.content {
        case .message(let message): message.role.rawValue.cell
        case .action(let action): "action \(action.name.cell)"
        case .summary: "summary"
        case .other: "entry from a newer version"
        }
    }

    private static func content(of entry: HistoryEntry<ChatMessage>) -> String {
        let text =
            switch entry.content {
            case .message(let message): message.content.map(text).joined(separator: "\n")
            case .action(let action): action.payload.isNull ? "" : action.payload.jsonString
            case .summary(let summary): summary.message.content.map(text).joined(separator: "\n")
            case .other(let fields): JSONValue.object(fields).jsonString
            }
        // A lone carriage return would let the terminal overwrite the line.
        return text.withoutControls
    }

    private static func text(of block: ContentBlock) -> String {
        switch block {
        case .text(let text): text.text
        case .toolCall(let call): "[calls \(call.name) \(call.arguments)]"
        case .toolResult(let result):
            "[\(result.isError ? "failed" : "result")] "
                + result.content.map { $0.textValue ?? text(of: $0) }.joined(separator: "\n")
        case .image: "[image]"
        case .document(let document): "[document\(document.name.map { " " + $0 } ?? "")]"
        case .reasoning(let reasoning): "[reasoning] \(reasoning.text)"
        case .redactedReasoning: "[redacted reasoning]"
        case .other: "[unknown content]"
        }
    }
}
