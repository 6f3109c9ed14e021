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
