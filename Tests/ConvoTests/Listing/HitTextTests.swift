import ConversationHistory
import ConversationHistoryLibrary
import Testing

@testable import convo

@Suite struct HitTextTests {
    private func lines(_ text: String, _ matches: [Range<Int>], title: String? = nil, width: Int?) -> StyledText {
        let hit = SearchHit(
            conversation: "a\n\u{1B}[2J",
            title: title,
            entry: "e",
            position: 0,
            date: nil,
            role: .user,
            snippet: SearchSnippet(text: text, matches: matches),
            occurrences: 1
        )
        return HitText.text(of: hit, width: width)
    }

    @Test func emphasisesWhatWasFound() {
        let text = lines("a trip to Tokyo", [2..<6, 10..<15], title: "T", width: nil)
        #expect(text.plain == "a [2J  entry 1  user  T\n    a trip to Tokyo\n")
        #expect(text.pieces.filter(\.isEmphasized).map(\.text) == ["trip", "Tokyo"])
    }

    @Test func holdsNothingThatCommandsATerminal() {
        let text = lines("x\u{1B}[31m y\u{9B}z\u{202E}", [0..<1], title: "\u{7}t\nu", width: nil)
        #expect(text.plain == "a [2J  entry 1  user  t u\n    x[31m yz\n")
    }

    @Test func fitsWithWhatWasFound() {
        let words = String(repeating: "word ", count: 30)
        let text = lines(words + "found " + words, [150..<155], width: 40)
        let line = text.plain.split(separator: "\n")[1]
        #expect(String(line).displayWidth <= 40)
        #expect(line.hasPrefix("    …") && line.hasSuffix("…"))
        #expect(text.pieces.filter(\.isEmphasized).map(\.text) == ["found"])
        let wide = lines("東京に行く東京に行く東京に行く", [0..<6], width: 24)
        #expect(wide.plain.split(separator: "\n")[1] == "    東京に行く東京に行…")
    }
}
