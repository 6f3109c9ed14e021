import ConversationHistory

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
