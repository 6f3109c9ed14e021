import ConversationHistory

/// A parsed search text; every text is valid.
///
/// An entry matches if it contains every phrase. See ``SearchRequest`` for the syntax.
package struct SearchExpression: Sendable {
    /// The maximum number of phrases in an expression; the rest of the text is ignored.
    package static let maximumPhraseCount = 64

    /// The maximum number of tokens in all phrases together; the rest of the text is ignored.
    package static let maximumTokenCount = 512

    /// The phrases, each a list of consecutive folded tokens; no phrase is empty or occurs twice.
    package let phrases: [[String]]

    private let finder: SearchPhraseFinder

    /// Parses a search text.
    package init(_ text: String) {
        var phrases: [[String]] = []
        var known: Set<[String]> = []
        var left = Self.maximumTokenCount
        for part in SearchExpressionParts(text) {
            let phrase = SearchTokenizer.tokens(in: String(part)).prefix(left).map(\.text)
            guard !phrase.isEmpty, known.insert(phrase).inserted else { continue }
            phrases.append(phrase)
            left -= phrase.count
            if left == 0 || phrases.count == Self.maximumPhraseCount { break }
        }
        self.phrases = phrases
        finder = SearchPhraseFinder(phrases)
    }

    /// Whether there are no phrases; an empty expression matches nothing.
    package var isEmpty: Bool { phrases.isEmpty }

    /// Finds all occurrences of the phrases in a text.
    ///
    /// - Returns: The occurrences, or `nil` if a phrase doesn't occur.
    package func match(in text: String) -> SearchMatch? { finder.match(in: text) }
}

/// The parts of a search text, each a word or the text between two quotes.
struct SearchExpressionParts: Sequence, IteratorProtocol {
    private static let quotes: Set<Unicode.Scalar> = ["\"", "“", "”", "„", "‟", "«", "»", "＂"]

    private var rest: Substring.UnicodeScalarView
    private var isQuoted = false

    init(_ text: String) {
        rest = text[...].unicodeScalars
    }

    /// Returns the next part, which may be empty.
    ///
    /// It compares scalars, not characters, because a combining mark after a space or a quote would hide it.
    mutating func next() -> Substring? {
        guard !rest.isEmpty else { return nil }
        let isQuoted = isQuoted
        let end = rest.firstIndex { Self.quotes.contains($0) || !isQuoted && $0.properties.isWhitespace }
        let part = Substring(rest[..<(end ?? rest.endIndex)])
        guard let end else {
            rest = rest[rest.endIndex...]
            return part
        }
        if Self.quotes.contains(rest[end]) { self.isQuoted.toggle() }
        rest = rest[rest.index(after: end)...]
        return part
    }
}

extension SearchExpression {
    /// The phrases in the form of ``SearchTokenizer/indexText(of:)``, with a space between tokens.
    ///
    /// An engine without phrase search looks for the tokens, and ``match(in:)`` then rules out texts that have them in
    /// another order.
    package var indexPhrases: [String] {
        // Tokenizing a folded token returns the token itself, and tokens separated by a space stay separate.
        phrases.map { SearchTokenizer.indexText(of: $0.joined(separator: " ")) }
    }

    /// The query for `MATCH` in SQLite's FTS5, for a column of index texts; `nil` if the expression is empty.
    ///
    /// The query is well formed for every search text, because only digits, the letters a to z and spaces are quoted.
    package var ftsQuery: String? {
        isEmpty ? nil : indexPhrases.map { "\"\($0)\"" }.joined(separator: " AND ")
    }
}
