/// An error in a slash command.
struct SlashCommandError: Error, Hashable, CustomStringConvertible {
    /// The reason, in one or two sentences.
    let description: String

    init(_ description: String) { self.description = description }
}
