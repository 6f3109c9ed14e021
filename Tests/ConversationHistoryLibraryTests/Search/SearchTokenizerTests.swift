import Foundation
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Search: tokens")
struct SearchTokenizerTests {
    @Test(
        "Words are parted and folded",
        arguments: [
            ("", []),
            (" \n\t.,;!?-—…", []),
            ("Hello, World!", ["hello", "world"]),
            ("snake_case camelCase UTF8 v2", ["snake", "case", "camelcase", "utf8", "v2"]),
            ("don't don’t l'homme rock-'n'-roll", ["don", "t", "don", "t", "l", "homme", "rock", "n", "roll"]),
            ("3.14 1,000 10:30 192.168.0.1", ["3", "14", "1", "000", "10", "30", "192", "168", "0", "1"]),
            ("a@b.example/c?d=e#f", ["a", "b", "example", "c", "d", "e", "f"]),
            ("line\u{0}one\r\ntwo", ["line", "one", "two"]),
            // Latin, with accents and without decompositions
            ("Čeština ÀÉÎÕÜ ñ ç", ["cestina", "aeiou", "n", "c"]),
            ("Straße STRASSE ẞ ſ", ["strasse", "strasse", "ss", "s"]),
            ("Łódź Ørsted Đà Nẵng", ["lodz", "orsted", "da", "nang"]),
            ("Ærø œuvre þing Íslenskð", ["aero", "oeuvre", "thing", "islenskd"]),
            ("İstanbul ISPARTA ısı", ["istanbul", "isparta", "isi"]),
            ("Việt Nam e\u{301}e\u{302}\u{323}", ["viet", "nam", "ee"]),
            ("ŉ ǆ ĳ", ["n", "dz", "ij"]),
            // Greek and Cyrillic
            ("ΣΊΣΥΦΟΣ Σίσυφος", ["σισυφοσ", "σισυφοσ"]),
            ("ᾳ Ώ ἄνθρωπος", ["α", "ω", "ανθρωποσ"]),
            ("Ёлка Йод Київ п'ять п’ять пʼять", ["елка", "иод", "киів", "п", "ять", "п", "ять", "п", "ять"]),
            // Semitic scripts
            ("שָׁלוֹם שלום צה״ל", ["שלום", "שלום", "צה", "ל"]),
            ("مُحَمَّد محمد مـحـمـد", ["محمد", "محمد", "محمد"]),
            ("أحمد آب مدرسة على", ["احمد", "اب", "مدرسه", "علي"]),
            ("می\u{200C}خواهم کتاب", ["ميخواهم", "كتاب"]),
            // Indic scripts keep what spells
            ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
            ("தமிழ் বাংলা", ["தமிழ்", "বাংলা"]),
            // Forms
            ("Ｆｕｌｌ １２３", ["full", "123"]),
            ("ﬁne m² CO₂ 𝓢𝔀𝓲𝓯𝓽 ①", ["fine", "m2", "co2", "swift", "1"]),
            ("٣٤ ३४ 𝟛", ["34", "34", "3"]),
            ("soft\u{AD}hyphen zero\u{200B}width a\u{200D}b", ["softhyphen", "zero", "width", "ab"]),
        ] as [(String, [String])]
    )
    func words(text: String, expected: [String]) {
        #expect(SearchTokenizer.tokens(in: text).map(\.text) == expected)
    }

    @Test(
        "Scripts without spaces are parted at each character, and pictures stand alone",
        arguments: [
            ("日本語", ["日", "本", "語"]),
            ("使用Swift编程2次", ["使", "用", "swift", "编", "程", "2", "次"]),
            ("カタカナ ひらがな", ["カ", "タ", "カ", "ナ", "ひ", "ら", "か\u{3099}", "な"]),
            ("ｶﾞｷﾞ ラーメン 人々", ["カ\u{3099}", "キ\u{3099}", "ラ", "ー", "メ", "ン", "人", "々"]),
            ("한국어 \u{1112}\u{1161}\u{11AB} 하\u{11AB}", ["한", "국", "어", "한", "한"]),
            ("ㅋㅋ ㅎㅏㄴ ﾡ", ["ㅋ", "ㅋ", "ㅎ", "ㅏ", "ㄴ", "ㄱ"]),
            ("ที่นี่ น้ำ", ["ที่", "นี่", "น้", "ำ"]),
            ("ພາສາ ខ្មែរ မြန်မာ", ["ພ", "າ", "ສ", "າ", "ខ្", "មែ", "រ", "မြ", "န်", "မာ"]),
            ("ㄅㄆ 〇 ㍿ ㌔", ["ㄅ", "ㄆ", "〇", "株", "式", "会", "社", "キ", "ロ"]),
            ("\u{F900} \u{2F00} 𠀀𠀁", ["豈", "一", "𠀀", "𠀁"]),
            ("go🚀go 😀😀", ["go", "🚀", "go", "😀", "😀"]),
            ("👩🏽‍💻 👍🏿 🏽 ❤️ ☎", ["👩", "💻", "👍", "🏽", "❤", "☎"]),
            ("🇩🇪🇫🇷🇮 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ Swift™", ["🇩🇪", "🇫🇷", "🇮", "🏴", "1", "swift", "™"]),
            ("1½ Ⅳ Ⅻ", ["1", "½", "iv", "xii"]),
        ] as [(String, [String])]
    )
    func characters(text: String, expected: [String]) {
        #expect(SearchTokenizer.tokens(in: text).map(\.text) == expected)
    }

    @Test("A token's range is what it was made from, with the accents after it")
    func ranges() {
        let text = "Ça va, e\u{301}te\u{301}! 日本Go👍🏿‍💻㍿"
        let found = SearchTokenizer.tokens(in: text).map { token in
            String(decoding: Array(text.utf8)[token.range], as: UTF8.self)
        }
        #expect(found == ["Ça", "va", "e\u{301}te\u{301}", "日", "本", "Go", "👍🏿‍", "💻", "㍿", "㍿", "㍿", "㍿"])
        #expect(SearchTokenizer.tokens(in: "a\u{AD}b\u{AD} c").map(\.range) == [0..<6, 7..<8])
    }

    @Test("A long token is cut between scalars, the same in a text and in a query")
    func longTokens() {
        let limit = SearchTokenizer.maximumTokenLength
        #expect(limit == 200)
        for (text, length) in [("x", 200), ("ж", 200), ("ꯀ", 198), ("𐐨", 200)] {
            let word = String(repeating: text, count: 300)
            let tokens = SearchTokenizer.tokens(in: "\(word) b")
            #expect(tokens.map(\.text.utf8.count) == [length, 1])
            #expect(tokens[0].range == 0..<word.utf8.count)
            #expect(SearchExpression(word).match(in: "a \(word) b") != nil)
        }
        // What does not fit ends the token, even if something shorter would still fit.
        let odd = String(repeating: "x", count: 199) + "жxx y"
        #expect(SearchTokenizer.tokens(in: odd).map(\.text) == [String(repeating: "x", count: 199), "y"])
    }

    /// The scalars in which there is something to get wrong, of the Unicode version that the package's data is from.
    ///
    /// Of the ideographs and the syllables of Hangul, which are all alike, there are only a few.
    private static let scalars: [Unicode.Scalar] = (UInt32(0)..<0x2_FA20).compactMap { value in
        switch value {
        case 0x3400..<0xA000, 0xAC00..<0xD7A4, 0x1_7000..<0x1_B000: guard value % 97 == 0 else { return nil }
        case 0xE000..<0xF900, 0x2_0000..<0x2_F800: guard value % 997 == 0 else { return nil }
        default: break
        }
        guard let scalar = Unicode.Scalar(value), isKnown(scalar) else { return nil }
        return scalar
    }

    /// Whether a scalar is in the Unicode version that the package's data is from.
    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.age.map { $0.major <= 15 } ?? false
    }

    @Test("Composed and decomposed spellings of every scalar give the same tokens")
    func normalForms() {
        for scalar in Self.scalars where !scalar.isASCII {
            for text in ["क\(scalar)\u{94D}", "\(scalar)\u{301}\u{323}"] {
                let tokens = bytes(text)
                #expect(bytes(text.decomposedStringWithCanonicalMapping) == tokens, "\(scalar.debugDescription)")
                // Foundation on Linux mistakes U+10041 for U+0041 when it composes.
                guard scalar.value < 0x1_0000 else { continue }
                #expect(bytes(text.precomposedStringWithCanonicalMapping) == tokens, "\(scalar.debugDescription)")
            }
        }
    }

    @Test("Upper and lower case of every scalar give the same tokens")
    func cases() {
        for scalar in Self.scalars where scalar.properties.isCased {
            // The iota that is a mark in lower case is a letter in upper case; one letter in a circle is an emoji.
            let decomposed = String(scalar).decomposedStringWithCanonicalMapping
            if decomposed.unicodeScalars.contains("\u{345}") || scalar == "Ⓜ" || scalar == "ⓜ" { continue }
            for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
                // The standard library may know pairs that are younger than the package's data.
                guard other.unicodeScalars.allSatisfy(Self.isKnown) else { continue }
                #expect(bytes(other) == bytes(String(scalar)), "\(scalar.debugDescription)")
            }
        }
    }

    @Test("Every letter and digit is in a token, and no space is")
    func coverage() {
        for scalar in Self.scalars {
            let properties = scalar.properties
            if properties.isWhitespace {
                #expect(bytes(String(scalar)) == [], "\(scalar.debugDescription)")
            } else if properties.numericType == .decimal || properties.generalCategory == .otherLetter,
                !properties.isDefaultIgnorableCodePoint
            {
                #expect(bytes(String(scalar)).count == 1 || scalar.value > 0x3000, "\(scalar.debugDescription)")
                #expect(bytes(String(scalar)) != [], "\(scalar.debugDescription)")
            }
        }
    }

    @Test("Tokens are the only tokens of themselves")
    func idempotence() {
        for scalar in Self.scalars {
            let tokens = bytes(String(scalar))
            #expect(bytes(joined(tokens)) == tokens, "\(scalar.debugDescription)")
        }
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let tokens = bytes(RandomText.text(using: &generator))
            #expect(bytes(joined(tokens)) == tokens)
        }
    }

    @Test("Mixtures of composed and decomposed text give the same tokens, in order and within the text")
    func randomTexts() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let text = RandomText.text(using: &generator)
            let tokens = SearchTokenizer.tokens(in: text)
            #expect(bytes(text.decomposedStringWithCanonicalMapping) == bytes(text))
            var last = 0..<0
            for token in tokens {
                #expect(token.range.lowerBound >= last.lowerBound && token.range.upperBound >= last.upperBound)
                #expect(!token.text.isEmpty && !token.range.isEmpty && token.range.upperBound <= text.utf8.count)
                last = token.range
            }
        }
    }

    /// The bytes of the tokens: strings would be equal in spite of different ones.
    private func bytes(_ text: String) -> [[UInt8]] { SearchTokenizer.tokens(in: text).map { Array($0.text.utf8) } }

    private func joined(_ tokens: [[UInt8]]) -> String {
        tokens.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }
}
