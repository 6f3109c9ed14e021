import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Search: expressions")
struct SearchExpressionTests {
    @Test(
        "What is typed is understood as phrases",
        arguments: [
            ("", []),
            (" \t\n ", []),
            ("\"", []),
            ("\"\" ** -- (:) ^", []),
            ("one two", [["one"], ["two"]]),
            ("\"one two\" three", [["one", "two"], ["three"]]),
            ("“one two” «drei vier» „fünf sechs“", [["one", "two"], ["drei", "vier"], ["funf", "sechs"]]),
            ("one \"two three", [["one"], ["two", "three"]]),
            ("say\"hi there\"now", [["say"], ["hi", "there"], ["now"]]),
            ("cats AND dogs OR NOT birds NEAR", [["cats"], ["and"], ["dogs"], ["or"], ["not"], ["birds"], ["near"]]),
            (
                "pre* ^start title:word -minus +plus (a)",
                [["pre"], ["start"], ["title", "word"], ["minus"], ["plus"], ["a"]]
            ),
            ("'; DROP TABLE x; --", [["drop"], ["table"], ["x"]]),
            ("Rock-'n'-Roll don’t 3.14", [["rock", "n", "roll"], ["don", "t"], ["3", "14"]]),
            ("日本語 Swift日本", [["日", "本", "語"], ["swift", "日", "本"]]),
            ("one ONE Öne \"one\" \"one one\"", [["one"], ["one", "one"]]),
            ("a\u{3000}b\u{A0}c\u{2028}d", [["a"], ["b"], ["c"], ["d"]]),
            ("a \u{301}b \"\u{301}c d\"", [["a"], ["b"], ["c", "d"]]),
            ("👩🏽‍💻", [["👩", "💻"]]),
            ("\u{0} \u{0}nul", [["nul"]]),
        ] as [(String, [[String]])]
    )
    func phrases(text: String, expected: [[String]]) {
        let expression = SearchExpression(text)
        #expect(expression.phrases == expected)
        #expect(expression.isEmpty == expected.isEmpty)
    }

    @Test(
        "What is sought is found in a text",
        arguments: [
            ("quick fox", "The quick brown fox", true),
            ("fox quick", "The quick brown fox", true),
            ("\"quick fox\"", "The quick brown fox", false),
            ("\"quick brown\"", "The QUICK,\nbrown fox", true),
            ("quick cat", "The quick brown fox", false),
            ("qui", "The quick brown fox", false),
            ("quick*", "The quick brown fox", true),
            ("john", "John's house", true),
            ("johns", "John's house", false),
            ("don’t", "I don't", true),
            ("case", "snake_case_name", true),
            ("snake case", "snake_case_name", true),
            ("6.3", "Swift 6.3.1", true),
            ("3.6", "Swift 6.3.1", false),
            ("cafe", "Un café", true),
            ("CAFÉ", "un cafe\u{301}", true),
            ("strasse", "Große Straße", true),
            ("日", "日本語", true),
            ("本語", "日本語を勉強する", true),
            ("語本", "日本語を勉強する", false),
            ("勉強 日本", "日本語を勉強する", true),
            ("swift", "使用Swift编程", true),
            ("用swift编", "使用Swift编程", true),
            ("编程swift", "使用Swift编程", false),
            ("한", "안녕한국", true),
            ("한국어", "저는 한국어를 배웁니다", true),
            ("東京", "ﾄｳｷｮｳ 東京タワー", true),
            ("トウキョウ", "ﾄｳｷｮｳ", true),
            ("か", "が", false),
            ("สวัสดี", "ฉันพูดว่าสวัสดีครับ", true),
            ("ครับสวัสดี", "ฉันพูดว่าสวัสดีครับ", false),
            ("🚀", "launch🚀now", true),
            ("👍", "👍🏿 well done", true),
            ("👍🏿", "👍 well done", true),
            ("👩", "👩🏽‍💻", true),
            ("👨‍👩‍👧", "family: 👨‍👩‍👧", true),
            ("👨‍👧‍👩", "family: 👨‍👩‍👧", false),
            ("🇩🇪", "🇫🇷🇩🇪🇮🇹", true),
            ("🇷🇩", "🇫🇷🇩🇪🇮🇹", false),
            ("❤", "I ❤️ it", true),
            ("", "anything", false),
            ("\"\"", "anything", false),
            ("word", "", false),
            ("AND", "cats and dogs", true),
            ("cats AND dogs", "cats, dogs", false),
        ]
    )
    func finds(query: String, text: String, isFound: Bool) {
        #expect((SearchExpression(query).match(in: text) != nil) == isFound)
    }

    @Test(
        "Every occurrence counts, also one that overlaps another",
        arguments: [
            ("a", "a b a", [0..<1, 4..<5]),
            ("a b", "a b a", [0..<1, 2..<3, 4..<5]),
            ("\"a b\" a", "a b a", [0..<1, 0..<3, 4..<5]),
            ("哈哈", "哈哈哈", [0..<6, 3..<9]),
            ("\"a a b\"", "a a a b a a b", [2..<7, 8..<13]),
            ("\"a b a c\"", "a b a b a c", [4..<11]),
            ("株式", "㍿", [0..<3]),
            ("é", "ae\u{301} E\u{301}", [5..<8]),
        ] as [(String, String, [Range<Int>])]
    )
    func occurrences(query: String, text: String, ranges: [Range<Int>]) throws {
        let match = try #require(SearchExpression(query).match(in: text))
        #expect(
            match.occurrences.map(\.range).sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
                == ranges
        )
    }

    @Test("Phrases are found as a search without any cleverness finds them")
    func phrasesAgainstModel() {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<400 {
            let text = (0..<40).map { _ in ["a", "b", "c"].randomElement(using: &generator)! }
            let phrase = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                ["a", "b"].randomElement(using: &generator)!
            }
            let starts = text.indices.filter { text[$0...].starts(with: phrase) }
            let match = SearchExpression("\"\(phrase.joined(separator: " "))\"").match(in: text.joined(separator: " "))
            #expect((match?.occurrences.map { $0.range.lowerBound / 2 } ?? []) == starts)
        }
    }

    @Test("A query of 10 KB is cut to a bounded number of phrases and tokens")
    func longQueries() {
        let words = SearchExpression((0..<2_000).map { "word\($0)" }.joined(separator: " "))
        #expect(words.phrases.count == SearchExpression.maximumPhraseCount)
        #expect(words.phrases.last == ["word63"])
        let ideographs = SearchExpression(String(repeating: "漢字", count: 1_700))
        #expect(ideographs.phrases.map(\.count) == [SearchExpression.maximumTokenCount])
        #expect(ideographs.match(in: String(repeating: "漢字", count: 300))?.occurrences.count == 45)
        let quotes = SearchExpression(String(repeating: "\"", count: 10_000) + "x")
        #expect(quotes.phrases == [["x"]])
        let letters = String(repeating: "x", count: 10_000)
        #expect(SearchExpression(letters).match(in: letters)?.occurrences.map(\.range) == [0..<10_000])
    }

    @Test("Each word of a text finds it, whatever the text")
    func everyWordFindsItsText() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<400 {
            let text = RandomText.text(using: &generator)
            for word in text.unicodeScalars.split(whereSeparator: \.properties.isWhitespace).map({ String($0) }) {
                let expression = SearchExpression(word)
                guard !expression.isEmpty else { continue }
                #expect(
                    expression.match(in: text) != nil,
                    "\(word.unicodeScalars.map(\.value)) in \(text.debugDescription)"
                )
            }
        }
    }

    @Test("No query stops the search, and every range is within the text")
    func anyQuery() {
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<400 {
            let query = RandomText.text(using: &generator)
            let expression = SearchExpression(query)
            #expect(expression.phrases.allSatisfy { !$0.isEmpty && $0.allSatisfy { !$0.isEmpty } })
            #expect(Set(expression.phrases).count == expression.phrases.count)
            let text = RandomText.text(using: &generator) + query + RandomText.text(using: &generator)
            for occurrence in expression.match(in: text)?.occurrences ?? [] {
                #expect(occurrence.range.lowerBound >= 0 && occurrence.range.upperBound <= text.utf8.count)
                #expect(!occurrence.range.isEmpty)
            }
        }
    }
}
