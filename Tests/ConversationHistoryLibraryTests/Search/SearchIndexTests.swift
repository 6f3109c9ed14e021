import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Search: texts for the indexes of engines")
struct SearchIndexTests {
    @Test(
        "Tokens are written in digits and the letters a to z",
        arguments: [
            ("", ""),
            (" -- ", ""),
            ("Hello, Wörld 42", "hello world 42"),
            ("日本 Go", "zze697a5 zze69cac go"),
            ("🚀", "zzf09f9a80"),
            ("жук", "zzd0b6d183d0ba"),
            ("z zebra zz ZZTop zzz", "z zebra zz7a7a zz7a7a746f70 zz7a7a7a"),
        ]
    )
    func indexTexts(text: String, expected: String) {
        #expect(SearchTokenizer.indexText(of: text) == expected)
    }

    @Test("An index text has one word for each token, and the same only for the same")
    func wordsAreTokens() {
        var generator = SeededGenerator(seed: 5)
        var words: [String: String] = [:]
        for _ in 0..<300 {
            let text = RandomText.text(using: &generator)
            let index = SearchTokenizer.indexText(of: text)
            let allowed = Set("0123456789abcdefghijklmnopqrstuvwxyz ".utf8)
            #expect(index.utf8.allSatisfy(allowed.contains))
            let tokens = SearchTokenizer.tokens(in: text).map(\.text)
            let parts = index.split(separator: " ").map(String.init)
            #expect(parts.count == tokens.count)
            for (token, part) in zip(tokens, parts) {
                #expect(words.updateValue(token, forKey: part) ?? token == token)
            }
        }
        #expect(Set(words.values).count == words.count)
    }

    @Test(
        "An expression is written so that no engine reads an operator in it",
        arguments: [
            ("", nil),
            ("\"*\" (-)", nil),
            ("cats AND dogs*", #""cats" AND "and" AND "dogs""#),
            ("\"to be\" NEAR(or, 2)", #""to be" AND "near or" AND "2""#),
            ("日本", #""zze697a5 zze69cac""#),
            ("title:x^2 ' \"", #""title x 2""#),
        ] as [(String, String?)]
    )
    func queries(text: String, expected: String?) {
        #expect(SearchExpression(text).ftsQuery == expected)
    }

    @Test("Phrases are found in an index text where they are found in the text")
    func phrasesOfIndexTexts() {
        var generator = SeededGenerator(seed: 6)
        var found = 0
        for _ in 0..<300 {
            let text = RandomText.text(using: &generator)
            let index = " \(SearchTokenizer.indexText(of: text)) "
            let other = RandomText.text(using: &generator)
            let tokens = SearchTokenizer.tokens(in: text)
            let part = tokens.isEmpty ? "" : tokens[tokens.count / 2].text
            for query in [part, String(other.prefix(2)), part + " " + other.prefix(1)] {
                let expression = SearchExpression(query)
                let isInIndex = !expression.isEmpty && expression.indexPhrases.allSatisfy { index.contains(" \($0) ") }
                #expect((expression.match(in: text) != nil) == isInIndex)
                found += isInIndex ? 1 : 0
            }
        }
        #expect(found > 100)
    }

    @Test("The tokens of all of Unicode are those of this version: raise it, and make indexes anew, if they change")
    func version() {
        var text = String.UnicodeScalarView()
        for value in UInt32(0)..<0x2_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Alone, between letters, and behind a letter with a mark that is kept.
            for scalar in ["\n", scalar, " ", "a", scalar, "b", "\u{93F}", scalar] as [Unicode.Scalar] {
                text.append(scalar)
            }
        }
        var checksum = CRC32()
        Array(SearchTokenizer.indexText(of: String(text)).utf8).withUnsafeBytes { checksum.update($0) }
        #expect(SearchTokenizer.version == 1)
        #expect(checksum.value == 313_914_704)
    }
}
