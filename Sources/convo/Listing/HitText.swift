import ConversationHistory
import ConversationHistoryLibrary

/// The text of a search hit: its location, and the snippet below.
enum HitText {
    /// Returns the two lines.
    ///
    /// - Parameter width: The number of columns of the terminal; `nil` if the output is not a terminal.
    static func text(of hit: SearchHit, width: Int?) -> StyledText {
        var parts = [hit.conversation.rawValue.cell, "entry \(hit.position + 1)"]
        if let role = hit.role { parts.append(role.rawValue.cell) }
        if hit.date != nil { parts.append(DisplayDate.text(hit.date)) }
        if let title = hit.title?.cell, !title.isEmpty { parts.append(title.fitted(to: 60)) }
        let line = parts.joined(separator: "  ")
        var text = StyledText()
        text.append((width.map(line.fitted(to:)) ?? line) + "\n    ")
        text.append(snippet(hit.snippet, width: width.map { max(20, $0 - 4) }))
        text.append("\n")
        return text
    }

    /// Returns the snippet, shortened at both ends so that it still contains the first match.
    private static func snippet(_ snippet: SearchSnippet, width: Int?) -> StyledText {
        var characters: [(character: Character, isMatch: Bool)] = []
        var position = snippet.text.startIndex
        for range in snippet.matchRanges + [snippet.text.endIndex..<snippet.text.endIndex] {
            characters += clean(snippet.text[position..<range.lowerBound]).map { ($0, false) }
            characters += clean(snippet.text[range]).map { ($0, true) }
            position = range.upperBound
        }
        if let width, characters.reduce(0, { $0 + $1.character.displayWidth }) > width {
            let first = characters.firstIndex(where: \.isMatch) ?? 0
            let start = max(0, first - width / 3)
            var kept = Array(characters[start...])
            if start > 0 { kept[0] = ("…", false) }
            var taken = 0
            let end = kept.firstIndex { piece in
                taken += piece.character.displayWidth
                return taken >= width
            }
            if let end, end < kept.count - 1 { kept = kept[..<end] + [("…", false)] }
            characters = kept
        }
        var text = StyledText()
        for piece in characters {
            if let last = text.pieces.indices.last, text.pieces[last].isEmphasized == piece.isMatch {
                text.pieces[last].text.append(piece.character)
            } else {
                text.append(String(piece.character), isEmphasized: piece.isMatch)
            }
        }
        return text
    }

    /// Returns a part of a snippet without terminal control characters.
    ///
    /// White space in a snippet is single spaces already.
    private static func clean(_ text: Substring) -> String {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        return words.map { String($0).cell }.joined(separator: " ")
    }
}
