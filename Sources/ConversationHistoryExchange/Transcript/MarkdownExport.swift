public import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A Markdown export of conversations, for people to read.
///
/// The text cannot be imported again; use ``LibraryExporter`` for a round trip.
public enum MarkdownExport {
    /// Returns a conversation as Markdown.
    ///
    /// Texts appear unchanged; tool calls, results and reasoning appear in fenced blocks; images and documents appear
    /// by name only. A message of a custom type appears as its searchable text.
    public static func text<Message>(of snapshot: ConversationSnapshot<Message>) -> String {
        var text = MarkdownText()
        text.heading(1, snapshot.title ?? "Conversation")
        var facts: [String] = []
        if let created = snapshot.created { facts.append("- Created: \(spelled(created))") }
        if let updated = snapshot.updated { facts.append("- Updated: \(spelled(updated))") }
        if !facts.isEmpty { text.paragraph(facts.joined(separator: "\n")) }
        for entry in snapshot.entries { write(entry, to: &text) }
        return text.string
    }

    private static func write<Message>(_ entry: HistoryEntry<Message>, to text: inout MarkdownText) {
        var marks: [String] = []
        if let sender = entry.sender { marks.append(MarkdownText.flat(sender)) }
        if let date = entry.date { marks.append(spelled(date)) }
        if entry.isPinned { marks.append("pinned") }
        if entry.isIncomplete { marks.append("cut off") }
        let ending = marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))"
        switch entry.content {
        case .message(let message):
            text.heading(2, named(message.role) + ending)
            write(message, to: &text)
        case .action(let action):
            text.heading(2, "Action" + ending)
            text.paragraph(MarkdownText.code(action.name))
            if action.payload != .null { text.fence(action.payload.jsonString, language: "json") }
        case .summary(let summary):
            text.heading(2, "Summary" + ending)
            write(summary.message, to: &text)
        case .other(let fields):
            text.heading(2, "Other" + ending)
            text.fence(JSONValue.object(fields).jsonString, language: "json")
        }
    }

    private static func write(_ message: some HistoryMessage, to text: inout MarkdownText) {
        guard let message = message as? ChatMessage else { return text.paragraph(message.searchableText) }
        for block in message.content { write(block, to: &text) }
    }

    private static func write(_ block: ContentBlock, to text: inout MarkdownText) {
        switch block {
        case .text(let block): text.paragraph(block.text)
        case .image(let block): text.paragraph("*Image: \(name(of: block))*")
        case .document(let block): text.paragraph("*Document: \(name(of: block))*")
        case .toolCall(let call):
            text.paragraph("**Call** \(MarkdownText.code(call.name)) (\(MarkdownText.code(call.id)))")
            if let arguments = call.arguments.stringValue {
                text.fence(arguments)
            } else {
                text.fence(call.arguments.jsonString, language: "json")
            }
        case .toolResult(let result):
            let kind = result.isError ? "Failed result" : "Result"
            let note = result.isPlaceholder ? ", made up" : ""
            text.paragraph("**\(kind)** (\(MarkdownText.code(result.callID))\(note))")
            for block in result.content {
                if let value = block.textValue { text.fence(value) } else { write(block, to: &text) }
            }
        case .reasoning(let block):
            text.paragraph("**Reasoning**")
            text.fence(block.text)
        case .redactedReasoning: text.paragraph("*Reasoning, sealed*")
        case .other(let value): text.fence(value.jsonString, language: "json")
        }
    }

    private static func name(of block: MediaBlock) -> String {
        if let name = block.name { return MarkdownText.code(name) }
        return switch block.source {
        case .base64(let mediaType, let data): "\(MarkdownText.code(mediaType)), \(data.utf8.count) bytes of base 64"
        case .url(let url): url.hasPrefix("data:") ? "in its address" : MarkdownText.code(url)
        case .file(let id): "file \(MarkdownText.code(id))"
        case .other: "elsewhere"
        }
    }

    private static func named(_ role: MessageRole) -> String {
        let name = MarkdownText.flat(role.rawValue)
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// Returns a date in its stored form, without quotes.
    private static func spelled(_ date: Date) -> String {
        var text = JSONWriter(capacity: 64)
        StoredDate.write(date, to: &text)
        return text.string.filter { $0 != "\"" }
    }
}

/// A builder for Markdown text, paragraph by paragraph.
struct MarkdownText {
    private(set) var string = ""

    mutating func heading(_ level: Int, _ title: String) {
        paragraph(String(repeating: "#", count: level) + " " + Self.flat(title))
    }

    /// Adds a paragraph unchanged; ignores empty text.
    mutating func paragraph(_ text: String) {
        guard !text.isEmpty else { return }
        if !string.isEmpty { string += "\n" }
        string += text
        if text.utf8.last != UInt8(ascii: "\n") { string += "\n" }
    }

    /// Adds a fenced block, with fences longer than any run of backticks in the text.
    mutating func fence(_ text: String, language: String = "") {
        let fence = String(repeating: "`", count: max(3, Self.longestRow(in: text) + 1))
        let end = text.utf8.last == UInt8(ascii: "\n") || text.isEmpty ? "" : "\n"
        paragraph("\(fence)\(language)\n\(text)\(end)\(fence)")
    }

    /// Returns a name as inline code.
    static func code(_ text: String) -> String {
        let row = longestRow(in: text)
        guard row > 0 else { return "`\(flat(text))`" }
        let fence = String(repeating: "`", count: row + 1)
        return "\(fence) \(flat(text)) \(fence)"
    }

    /// Returns a text on one line, with spaces for its line breaks.
    static func flat(_ text: String) -> String {
        text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func longestRow(in text: String) -> Int {
        var (longest, row) = (0, 0)
        for byte in text.utf8 {
            row = byte == UInt8(ascii: "`") ? row + 1 : 0
            longest = max(longest, row)
        }
        return longest
    }
}
