/// An option that a command accepts.
struct CommandOption: Hashable, Sendable {
    /// The name, without the two dashes.
    let name: String

    /// What the option's value is called in the help; `nil` if it takes none.
    let value: String?

    /// What the help says; `nil` if the help does not mention it, as it serves tests only.
    let help: String?

    /// Returns an option without a value.
    static func flag(_ name: String, _ help: String?) -> CommandOption {
        CommandOption(name: name, value: nil, help: help)
    }

    /// Returns an option with a value.
    static func value(_ name: String, _ value: String, _ help: String?) -> CommandOption {
        CommandOption(name: name, value: value, help: help)
    }
}
