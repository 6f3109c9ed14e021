import ConversationHistory

extension SearchSnippet {
    /// How many characters a snippet has, about, unless said otherwise.
    package static let defaultLength = 160

    /// Cuts a snippet out of a text, around the place where within its length the most was found.
    ///
    /// It is cut between words where one ends nearby, and never within a character. A single occurrence that is longer is
    /// cut off.
    ///
    /// - Parameters:
    ///   - text: The text that was searched.
    ///   - match: What was found in it; `nil` to show its beginning.
    ///   - length: How many characters to show, about.
    package init(of text: String, match: SearchMatch?, length: Int = SearchSnippet.defaultLength) {
        self = SearchExcerpt(of: text, match: match, length: length).snippet
    }
}
