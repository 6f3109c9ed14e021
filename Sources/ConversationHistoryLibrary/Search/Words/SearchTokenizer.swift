import ConversationHistory

/// A folded word of a text and its range.
package struct SearchToken: Hashable, Sendable {
    /// The folded word.
    package let text: String

    /// The range of the word in the text, as offsets of UTF-8 bytes.
    ///
    /// Several tokens may share a range: "㍿" is four tokens. Neither bound decreases from one token to the next.
    package let range: Range<Int>

    /// Creates a token.
    package init(text: String, range: Range<Int>) {
        self.text = text
        self.range = range
    }
}

/// Splits a text into the words for search, with the same rules in all libraries.
///
/// - A word is a run of letters and digits. Everything else separates words, including apostrophes, points between
///   digits and underscores: `don't` and `3.14` are two tokens each. A search for a part therefore finds the whole, and
///   a search for the whole is a phrase of its parts.
/// - In Han, Kana, Hangul and the scripts of Southeast Asia without spaces between words, each character is a token,
///   with its vowel signs and tone marks. Adjacent letters or digits of other scripts are a token of their own.
/// - Case is folded ("ß" is "ss", and a final sigma is a sigma), and accents are dropped: the marks of Latin, Greek,
///   Cyrillic, Hebrew, Arabic and Syriac. Marks that are part of the spelling ("が", the vowels of Devanagari) stay.
///   Latin letters with strokes and hooks become plain ("ø", "ł", "đ"), "æ" is "ae", "œ" "oe", "þ" "th", "ð" "d", "ı"
///   "i".
/// - Composed and decomposed spellings are the same, and so are wide, narrow, superscript, subscript and styled letters
///   ("Ａ", "²", "𝒜", "ﬁ"). Decimal digits of all scripts become ASCII digits.
/// - Invisible characters (soft hyphens, joiners, direction marks, variation selectors) are skipped within a word.
/// - An emoji is a token. A joined emoji is one token for each component, so a search finds its base alone and the
///   whole as a phrase; skin tones are dropped like accents. A flag is one token.
/// - A token is truncated at ``maximumTokenLength`` bytes; its range is that of the whole word.
package enum SearchTokenizer {
    /// The version of these rules and their data, to be stored with an index.
    ///
    /// An index of another version must be rebuilt.
    package static let version = 1

    /// The maximum length of a folded token in UTF-8 bytes.
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
    /// Every engine that splits its text at spaces keeps these tokens unchanged: SQLite's `ascii` and `unicode61`, or
    /// `string_to_array` in PostgreSQL. The mapping is injective: a token with other characters is written as `zz` and
    /// its UTF-8 bytes in hexadecimal, and so is a token that begins with `zz`.
    package static func indexText(of text: String) -> String {
        var sink = IndexText()
        SearchScanner.scan(text, into: &sink)
        return String(decoding: sink.bytes, as: UTF8.self)
    }

    /// Writes tokens in the form for an engine.
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

/// A receiver of the tokens that a `SearchScanner` finds.
protocol SearchTokenSink {
    /// Receives the next token.
    ///
    /// - Parameters:
    ///   - text: The UTF-8 bytes of the folded token: at least one, and at most `SearchTokenizer.maximumTokenLength`.
    ///   - isASCII: Whether all bytes are ASCII, and therefore digits and lower-case letters.
    ///   - range: The range of the token in the text.
    mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>)
}
