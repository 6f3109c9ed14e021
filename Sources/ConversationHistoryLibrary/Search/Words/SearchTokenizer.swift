import ConversationHistory

/// A word of a text as search sees it, and where in the text it stands.
package struct SearchToken: Hashable, Sendable {
    /// The word, folded.
    package let text: String

    /// Where the word stands, as offsets of UTF-8 bytes.
    ///
    /// Several tokens may share a place: "㍿" is four. Neither end goes back from one token to the next.
    package let range: Range<Int>

    /// Creates a token.
    package init(text: String, range: Range<Int>) {
        self.text = text
        self.range = range
    }
}

/// Parts a text into the words that search knows: the one meaning of "word" that all libraries share.
///
/// - A word is a run of letters and digits. Everything else parts words, also apostrophes, points between digits and
///   underscores: `don't` is two tokens and `3.14` too. So a part is found, and a query that has all parts is a phrase of
///   them.
/// - Han, Kana, Hangul and the scripts of South East Asia that put no spaces between words are one token a character,
///   with its vowel signs and tone marks. Letters or digits glued to them are a token of their own.
/// - Case is folded ("ß" is "ss", a final sigma a sigma), and accents are dropped: the marks of Latin, Greek, Cyrillic,
///   Hebrew, Arabic and Syriac. Marks that spell ("が", the vowels of Devanagari) stay. Latin letters with strokes and
///   hooks are plain ("ø", "ł", "đ"), "æ" is "ae", "œ" "oe", "þ" "th", "ð" "d", "ı" "i".
/// - Composed and decomposed spellings are the same, and so are wide, narrow, raised, lowered and styled letters
///   ("Ａ", "²", "𝒜", "ﬁ"). Decimal digits of all scripts are those of ASCII.
/// - What is not seen (soft hyphens, joiners, direction marks, variation selectors) is passed over within a word.
/// - An emoji is a token. One that is joined from several is a token for each, so its base is found by itself and the
///   whole as a phrase; skin tones are dropped like accents. A flag is one token.
/// - A token is cut at ``maximumTokenLength`` bytes; its range is that of the whole word.
package enum SearchTokenizer {
    /// The version of these rules and their data, to keep with an index that was made by them.
    ///
    /// An index of another version has to be made anew.
    package static let version = 1

    /// How many UTF-8 bytes a folded token has at most.
    package static let maximumTokenLength = 200

    /// Returns the tokens in a text, in order.
    package static func tokens(in text: String) -> [SearchToken] {
        var sink = Tokens()
        SearchScanner.scan(text, into: &sink)
        return sink.tokens
    }

    private struct Tokens: SearchTokenSink {
        var tokens: [SearchToken] = []

        mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>) {
            tokens.append(SearchToken(text: String(decoding: text, as: UTF8.self), range: range))
        }
    }
}

extension SearchTokenizer {
    /// Returns the tokens in a text as a text of digits, the letters a to z and spaces.
    ///
    /// Any engine that parts its text at spaces keeps them as they are: SQLite's `ascii` and `unicode61`, or
    /// `string_to_array` in PostgreSQL. Different tokens are written differently: one of other letters is the letters `zz`
    /// and its UTF-8 bytes in hexadecimal, as is one that begins with `zz` itself.
    package static func indexText(of text: String) -> String {
        var sink = IndexText()
        SearchScanner.scan(text, into: &sink)
        return String(decoding: sink.bytes, as: UTF8.self)
    }

    /// Writes tokens as an engine gets them.
    private struct IndexText: SearchTokenSink {
        var bytes: [UInt8] = []

        mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            let mark = UInt8(ascii: "z")
            if isASCII, text.count < 2 || text[0] != mark || text[1] != mark {
                bytes.append(contentsOf: text)
                return
            }
            bytes.append(mark)
            bytes.append(mark)
            for byte in text {
                bytes.append(Self.digit(byte >> 4))
                bytes.append(Self.digit(byte & 0xF))
            }
        }

        private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 87 }
    }
}

/// What takes the tokens that a `SearchScanner` finds.
protocol SearchTokenSink {
    /// Takes the next token.
    ///
    /// - Parameters:
    ///   - text: The UTF-8 bytes of the folded token: at least one, and at most `SearchTokenizer.maximumTokenLength`.
    ///   - isASCII: Whether all of them are ASCII, and so digits and lower-case letters.
    ///   - range: Where the token stands in the text.
    mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>)
}
