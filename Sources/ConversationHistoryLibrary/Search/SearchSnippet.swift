import ConversationHistory

/// A short part of a text in which something was found, as one line, with the places where it was found.
///
/// Runs of white space are one space in it; an ellipsis (`…`) stands at an end where the text goes on.
public struct SearchSnippet: Hashable, Sendable {
    /// The text to show.
    public let text: String

    /// Where in ``text`` a match is, as offsets of UTF-8 bytes, in order and apart from each other.
    ///
    /// Neither an end of the text nor an end of a range ever splits a character.
    public let matches: [Range<Int>]

    /// Creates a snippet.
    ///
    /// - Parameters:
    ///   - text: The text to show.
    ///   - matches: Where in the text a match is, as offsets of UTF-8 bytes: in order, apart from each other, and between
    ///     characters.
    public init(text: String, matches: [Range<Int>]) {
        self.text = text
        self.matches = matches
    }

    /// Where in ``text`` a match is, in order and apart from each other.
    public var matchRanges: [Range<String.Index>] {
        matches.map { match in
            let start = text.utf8.index(text.startIndex, offsetBy: match.lowerBound)
            return start..<text.utf8.index(start, offsetBy: match.count)
        }
    }
}
