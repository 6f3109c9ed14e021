/// A subcommand of `convo`.
///
/// Options and help texts are data, so all commands share the parser and the help.
protocol Command: Sendable {
    /// The name: one word, or two in a family of commands.
    static var name: String { get }

    /// The heading in the help.
    static var group: CommandGroup { get }

    /// A one-line description, without a period at the end.
    static var abstract: String { get }

    /// The placeholders for its operands in the help; empty if it takes none.
    static var operands: String { get }

    /// The parts of its help before and after the list of options.
    static var help: (introduction: String, notes: String) { get }

    /// The options that it accepts.
    static var options: [CommandOption] { get }

    /// Creates the command from parsed arguments.
    init(_ arguments: ParsedArguments) throws(UsageError)

    /// Runs the command.
    @MainActor
    func run(_ terminal: Terminal) async throws -> ExitCode
}

extension Command {
    static var operands: String { "" }
}
