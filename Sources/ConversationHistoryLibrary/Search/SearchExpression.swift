import ConversationHistory

/// What a person typed into a search field, understood; every text is an expression.
///
/// An entry matches if every phrase occurs in it. See ``SearchRequest`` for what a person may type.
package struct SearchExpression: Sendable {
    /// How many phrases an expression has at most; what is typed after them is not looked at.
    package static let maximumPhraseCount = 64

    /// How many tokens the phrases of an expression have at most together; what is typed after them is not looked at.
    package static let maximumTokenCount = 512

    /// The phrases, each the folded tokens that have to follow each other: none is empty, and no two are the same.
    package let phrases: [[String]]

    private let finder: SearchPhraseFinder

    /// Understands what a person typed.
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

    /// Whether nothing is sought; such an expression matches nothing.
    package var isEmpty: Bool { phrases.isEmpty }

    /// Finds all that is sought in a text.
    ///
    /// - Returns: Where the phrases occur, or `nil` unless every phrase does.
    package func match(in text: String) -> SearchMatch? { finder.match(in: text) }
}

/// The parts of what a person typed: each is a word, or the text between two quotes.
struct SearchExpressionParts: Sequence, IteratorProtocol {
    private static let quotes: Set<Unicode.Scalar> = ["\"", "“", "”", "„", "‟", "«", "»", "＂"]

    private var rest: Substring.UnicodeScalarView
    private var isQuoted = false

    init(_ text: String) {
        rest = text[...].unicodeScalars
    }

    /// The next part, which may be empty.
    ///
    /// Scalars are looked at, not characters: a mark behind a space or a quote must not hide it.
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
    /// The phrases as ``SearchTokenizer/indexText(of:)`` writes their tokens, with a space between two.
    ///
    /// An engine that cannot seek phrases seeks the tokens, and ``match(in:)`` rules out what has them in another order.
    package var indexPhrases: [String] {
        // A folded token is its own only token, and two with a space between them stay two.
        phrases.map { SearchTokenizer.indexText(of: $0.joined(separator: " ")) }
    }

    /// The expression for the `MATCH` of SQLite's FTS5, over a column of index texts; `nil` if it is empty.
    ///
    /// Whatever was typed, it is well formed: only digits, the letters a to z and spaces are between its quotes.
    package var ftsQuery: String? {
        isEmpty ? nil : indexPhrases.map { "\"\($0)\"" }.joined(separator: " AND ")
    }
}
