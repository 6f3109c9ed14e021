import ConversationHistory
import ConversationHistoryLibrary

/// The entries of a conversation in full, for people.
enum EntryText {
    /// Returns what stands above the entries.
    static func heading(of info: ConversationInfo) -> String {
        var facts = [info.id.rawValue.cell, "began \(ShownDate.text(info.created))"]
        facts.append("changed \(ShownDate.text(info.updated))")
        if let owner = info.owner { facts.append("of \(owner.shown.cell)") }
        if info.deleted != nil { facts.append("in the trash since \(ShownDate.text(info.deleted))") }
        return (info.title.map { $0.cell + "\n" } ?? "") + facts.joined(separator: ", ") + "\n"
    }

    /// Returns an entry below a line with its number and what is known of it.
    static func text(of entry: HistoryEntry<ChatMessage>, number: Int) -> String {
        var marks = [kind(of: entry)]
        if let sender = entry.sender { marks.append("from \(sender.cell)") }
        if entry.date != nil { marks.append(ShownDate.text(entry.date)) }
        if entry.isPinned { marks.append("pinned") }
        if entry.isIncomplete { marks.append("cut off") }
        let body = content(of: entry).split(separator: "\n", omittingEmptySubsequences: false)
        return "\n\(number)  \(marks.joined(separator: ", "))\n"
            + body.map { $0.isEmpty ? "\n" : "   \($0)\n" }.joined()
    }

    private static func kind(of entry: HistoryEntry<ChatMessage>) -> String {
        switch entry.content {
        case .message(let message): message.role.rawValue.cell
        case .action(let action): "action \(action.name.cell)"
        case .summary: "summary"
        case .other: "an entry of a newer version"
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
        // A line end that is none for a terminal would let the rest of a line be written over it.
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
        case .redactedReasoning: "[reasoning, sealed]"
        case .other: "[content of another kind]"
        }
    }
}
