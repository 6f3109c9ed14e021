/// A subcommand of `convo`.
///
/// What it accepts is data, so that parsing and help are written once for all of them.
protocol Command: Sendable {
    /// The name by which it is called; in a family of commands, two words.
    static var name: String { get }

    /// Under which heading the help lists it.
    static var group: CommandGroup { get }

    /// What it does, in a line without a full stop.
    static var abstract: String { get }

    /// What its operands are called in the help; empty if it takes none.
    static var operands: String { get }

    /// What its help says before and after the list of options.
    static var help: (introduction: String, notes: String) { get }

    /// The options that it accepts.
    static var options: [CommandOption] { get }

    /// Creates the command from parsed arguments.
    init(_ arguments: ParsedArguments) throws(UsageError)

    /// Does what was asked for.
    @MainActor
    func run(_ terminal: Terminal) async throws -> ExitCode
}

extension Command {
    static var operands: String { "" }
}
