/// A line that begins with a slash and cannot be done.
struct SlashCommandError: Error, Hashable, CustomStringConvertible {
    /// Why, in a sentence.
    let description: String

    init(_ description: String) { self.description = description }
}
