import ConversationHistory

/// Where the phrases of an expression occur in a text.
package struct SearchMatch: Hashable, Sendable {
    /// One phrase at one place.
    package struct Occurrence: Hashable, Sendable {
        /// Which of the expression's phrases it is.
        package let phrase: Int

        /// Where it stands in the text, as offsets of UTF-8 bytes.
        package let range: Range<Int>
    }

    /// All the occurrences of all the phrases, by where they begin; there is at least one of each phrase.
    ///
    /// Occurrences of one phrase may overlap, and each counts: "aa" is twice in "aaa", if each letter is a token.
    package let occurrences: [Occurrence]
}
