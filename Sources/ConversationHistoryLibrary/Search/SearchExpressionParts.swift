import ConversationHistory

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
