#if PostgreSQL
/// The tokens of an entry as the index has them.
enum EntryWords {
    /// Returns the different tokens of an index text, in order, parted by spaces; `nil` if there are none.
    static func distinct(_ text: String) -> String? {
        let words = Set(text.split(separator: " "))
        return words.isEmpty ? nil : words.sorted().joined(separator: " ")
    }
}
#endif
