#if PostgreSQL
/// The tokens of an entry as the search index stores them.
enum EntryWords {
    /// Returns the distinct tokens of an index text, sorted and separated by spaces; `nil` for an empty text.
    static func distinct(_ text: String) -> String? {
        let words = Set(text.split(separator: " "))
        return words.isEmpty ? nil : words.sorted().joined(separator: " ")
    }
}
#endif
