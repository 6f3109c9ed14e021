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
