import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Search: snippets")
struct SearchSnippetTests {
    private func snippet(_ text: String, _ query: String, length: Int = 160) -> SearchSnippet {
        SearchSnippet(of: text, match: SearchExpression(query).match(in: text), length: length)
    }

    /// The snippet's text with its matches in brackets.
    private func marked(_ snippet: SearchSnippet) -> String {
        var result = ""
        var end = snippet.text.startIndex
        for match in snippet.matchRanges {
            result += snippet.text[end..<match.lowerBound] + "[" + snippet.text[match] + "]"
            end = match.upperBound
        }
        return result + snippet.text[end...]
    }

    @Test(
        "What was found is marked, in as much of the text as there is room for",
        arguments: [
            ("", "x", 20, ""),
            ("Short text.", "text", 20, "Short [text]."),
            ("Short text.", "absent", 20, "Short text."),
            ("A text that is longer", "absent", 10, "A text…"),
            ("one two three four five six seven", "four", 16, "…three [four] five…"),
            ("one two three four five six seven", "one", 10, "[one] two…"),
            ("one two three four five six seven", "seven", 11, "…six [seven]"),
            ("one two three four five six seven", "one seven", 14, "[one] two three…"),
            ("a fox, then a dog; far away from here a fox and a dog", "fox dog", 20, "a [fox], then a [dog];…"),
            ("cat. cat. Here is nothing at all. cat dog", "cat dog", 12, "…all. [cat] [dog]"),
            ("say \"so it\n\n  goes\" on", "\"it goes\"", 40, "say \"so [it goes]\" on"),
            ("  \n lines\r\n\tand\u{3000}spaces  ", "and", 40, "lines [and] spaces"),
            ("snake_case_name", "case", 40, "snake_[case]_name"),
            ("日本語を勉強しています", "勉強", 6, "…語を[勉強]して…"),
            ("哈哈哈!", "哈哈", 20, "[哈哈哈]!"),
            ("un cafe\u{301}, deux CAFÉS, café", "cafe", 40, "un [cafe\u{301}], deux CAFÉS, [café]"),
            ("hi 👩🏽‍💻!", "👩", 20, "hi [👩🏽‍💻]!"),
            ("hi 👩🏽‍💻!", "💻", 20, "hi [👩🏽‍💻]!"),
            ("🇩🇪🇫🇷🇮🇹🇪🇸🇵🇹", "🇮🇹", 3, "…🇫🇷[🇮🇹]🇪🇸…"),
            ("a ㍿ b", "会", 20, "a [㍿] b"),
            ("one two three four", "\"one two three four\"", 9, "[one two]…"),
            ("x abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz", 5, "…[abcde]…"),
        ]
    )
    func marks(text: String, query: String, length: Int, expected: String) {
        #expect(marked(snippet(text, query, length: length)) == expected)
    }

    @Test("A mark alone at the start of a line does not part a character of the snippet")
    func lonelyMarks() {
        let snippet = snippet("one\n\u{93F}ab two", "\u{93F}ab")
        #expect(marked(snippet) == "one[ \u{93F}ab] two")
    }

    @Test("A character of very many marks leaves no room, and does not make a snippet long")
    func longCharacters() {
        let long = "e" + String(repeating: "\u{301}", count: 50_000)
        let text = "\(long) word \(long)"
        #expect(marked(snippet(text, "word")) == "…[word]…")
        #expect(snippet(text, "absent").text == "…")
        #expect(marked(snippet("word \(long)", "e")) == "word [\(long)]")
    }

    @Test("Snippets of any text are bounded, and their ranges whole characters in order")
    func anyText() {
        var generator = SeededGenerator(seed: 9)
        var marks = 0
        for round in 0..<400 {
            let text = (0..<6).map { _ in RandomText.text(using: &generator) }.joined(separator: " ")
            let tokens = SearchTokenizer.tokens(in: text)
            let query = (0..<round % 4).compactMap { _ in tokens.randomElement(using: &generator)?.text }
            let length = Int.random(in: 1...200, using: &generator)
            let snippet = snippet(text, query.joined(separator: " "), length: length)
            #expect(snippet.text.count <= length + 2)
            #expect(!snippet.text.contains { $0.isNewline })
            var boundaries: Set<Int> = [0]
            for character in snippet.text { boundaries.insert((boundaries.max() ?? 0) + character.utf8.count) }
            var end = -1
            for match in snippet.matches {
                #expect(match.lowerBound > end && !match.isEmpty)
                #expect(boundaries.contains(match.lowerBound) && boundaries.contains(match.upperBound))
                end = match.upperBound
            }
            #expect(snippet.matches.isEmpty == query.isEmpty)
            marks += snippet.matches.count
        }
        #expect(marks > 300)
    }

    @Test("Of a long text the best place is found, however often something occurs elsewhere")
    func longTexts() {
        let filler = String(repeating: "alpha and some more words ", count: 4_000)
        let snippet = snippet(filler + "then beta meets alpha at last. " + filler, "beta alpha")
        #expect(marked(snippet).contains("then [beta] meets [alpha] at last."))
        #expect(snippet.text.count <= 162)
    }
}
