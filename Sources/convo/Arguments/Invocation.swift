/// What the program was asked to do.
enum Invocation {
    /// To print a text: help, the version.
    case print(String)

    /// To run a command.
    case run(any Command)

    /// Understands the arguments, which do not include the program's name.
    init(_ arguments: [String], commands: [any Command.Type]) throws(UsageError) {
        guard let first = arguments.first else {
            throw UsageError("Say what to do, such as `convo chat --store chat.json`; see `convo --help`.")
        }
        let rest = Array(arguments.dropFirst())
        switch first {
        case "--version":
            self = .print("convo \(Convo.version)\n")
        case "--help", "-h":
            self = .print(HelpText.general(commands))
        case "help":
            guard let name = rest.first else {
                self = .print(HelpText.general(commands))
                return
            }
            self = .print(HelpText.of(try Self.command(name, commands)))
        default:
            let command = try Self.command(first, commands)
            // Help is given whatever else is wrong with the arguments.
            let options = rest.prefix { $0 != "--" }
            if options.contains("--help") || options.contains("-h") {
                self = .print(HelpText.of(command))
            } else {
                let parsed = try ParsedArguments(rest, command: command.name, options: command.options)
                self = .run(try command.init(parsed))
            }
        }
    }

    private static func command(
        _ name: String,
        _ commands: [any Command.Type]
    ) throws(UsageError) -> any Command.Type {
        for command in commands where command.name == name { return command }
        throw UsageError("There is no command \"\(name)\"; see `convo --help`.")
    }
}
