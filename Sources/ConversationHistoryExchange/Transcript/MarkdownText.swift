import ConversationHistory
import ConversationHistoryLibrary

/// Markdown that is put together paragraph by paragraph.
struct MarkdownText {
    private(set) var string = ""

    mutating func heading(_ level: Int, _ title: String) {
        paragraph(String(repeating: "#", count: level) + " " + Self.flat(title))
    }

    /// Adds a text as it is; nothing for an empty one.
    mutating func paragraph(_ text: String) {
        guard !text.isEmpty else { return }
        if !string.isEmpty { string += "\n" }
        string += text
        if text.utf8.last != UInt8(ascii: "\n") { string += "\n" }
    }

    /// Adds a block of text, in fences that are longer than any row of backticks in it.
    mutating func fence(_ text: String, language: String = "") {
        let fence = String(repeating: "`", count: max(3, Self.longestRow(in: text) + 1))
        let end = text.utf8.last == UInt8(ascii: "\n") || text.isEmpty ? "" : "\n"
        paragraph("\(fence)\(language)\n\(text)\(end)\(fence)")
    }

    /// Returns a name as code within a line.
    static func code(_ text: String) -> String {
        let row = longestRow(in: text)
        guard row > 0 else { return "`\(flat(text))`" }
        let fence = String(repeating: "`", count: row + 1)
        return "\(fence) \(flat(text)) \(fence)"
    }

    /// Returns a text as one line.
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
