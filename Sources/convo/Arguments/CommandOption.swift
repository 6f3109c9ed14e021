/// An option that a command accepts.
struct CommandOption: Hashable, Sendable {
    /// The name, without the two dashes.
    let name: String

    /// The placeholder for the option's value in the help; `nil` for a flag.
    let value: String?

    /// The help text; `nil` hides an option that only tests use.
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
