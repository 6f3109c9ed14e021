/// The action that the arguments ask for.
enum Invocation {
    /// Prints a text: help or the version.
    case print(String)

    /// Runs a command.
    case run(any Command)

    /// Parses the arguments, which don't include the program's name.
    init(
        _ arguments: [String],
        commands: [any Command.Type],
        environment: [String: String] = [:]
    ) throws(UsageError) {
        guard let first = arguments.first else {
            throw UsageError("The command is missing. Try `convo chat --store chat.json`, or see `convo --help`.")
        }
        switch first {
        case "--version":
            self = .print("convo \(Convo.version)\n")
        case "--help", "-h":
            self = .print(HelpText.general(commands))
        case "help":
            self = .print(try Self.help(about: arguments.dropFirst(), commands))
        default:
            let family = commands.filter { $0.name.hasPrefix(first + " ") }
            if !family.isEmpty, arguments.count == 2, ["--help", "-h"].contains(arguments[1]) {
                self = .print(HelpText.family(first, family))
                return
            }
            let (command, rest) = try Self.command(arguments[...], commands)
            // A request for help wins over any error in the other arguments.
            if ParsedArguments.requestsHelp(rest, command.options) {
                self = .print(HelpText.of(command))
            } else {
                let parsed = try ParsedArguments(
                    Array(rest),
                    command: command.name,
                    options: command.options,
                    environment: environment
                )
                self = .run(try command.init(parsed))
            }
        }
    }

    private static func help(
        about names: ArraySlice<String>,
        _ commands: [any Command.Type]
    ) throws(UsageError) -> String {
        guard let first = names.first else { return HelpText.general(commands) }
        let family = commands.filter { $0.name.hasPrefix(first + " ") }
        if names.count == 1, !family.isEmpty { return HelpText.family(first, family) }
        return HelpText.of(try command(names, commands).command)
    }

    /// Finds the command at the start of some arguments.
    private static func command(
        _ arguments: ArraySlice<String>,
        _ commands: [any Command.Type]
    ) throws(UsageError) -> (command: any Command.Type, rest: ArraySlice<String>) {
        for command in commands {
            let words = command.name.split(separator: " ").map(String.init)
            if arguments.starts(with: words) { return (command, arguments.dropFirst(words.count)) }
        }
        let name = arguments.first ?? ""
        let family = commands.map { $0.name }.filter { $0.hasPrefix(name + " ") }
        guard family.isEmpty else {
            throw UsageError(
                "`\(name)` needs a subcommand: `\(family.joined(separator: "`, `"))`. See `convo help \(name)`."
            )
        }
        throw UsageError("There is no command \(name.quotedUnknown). See `convo --help`.")
    }
}
