/// The arguments of a command, parsed and checked against the options that it accepts.
struct ParsedArguments: Hashable, Sendable {
    /// The command's name, for error messages.
    let command: String

    /// The environment variables, which supply defaults for options.
    let environment: [String: String]

    /// The arguments that are not options, in order.
    private(set) var operands: [String] = []

    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// Parses arguments.
    ///
    /// `--name VALUE` and `--name=VALUE` are equivalent. After `--`, all arguments are operands.
    init(
        _ arguments: [String],
        command: String,
        options: [CommandOption],
        environment: [String: String] = [:]
    ) throws(UsageError) {
        self.command = command
        self.environment = environment
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                return
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                operands.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = argument.hasPrefix("--") ? String(parts[0].dropFirst(2)) : ""
            guard let option = options.first(where: { $0.name == name }) else {
                throw Self.error("There is no option \(Self.redacted(parts[0]))", command)
            }
            guard values[name] == nil, !flags.contains(name) else {
                throw Self.error("The option --\(name) is given twice", command)
            }
            switch (option.value, parts.count) {
            case (nil, 1): flags.insert(name)
            case (nil, _): throw Self.error("The option --\(name) takes no value", command)
            case (_, 2): values[name] = String(parts[1])
            case (let placeholder?, _):
                guard let value = rest.popFirst() else {
                    throw Self.error("The option --\(name) needs a value (\(placeholder))", command)
                }
                values[name] = value
            }
        }
    }

    /// Whether some arguments contain `--help` or `-h` other than as an option's value.
    static func requestsHelp(_ arguments: ArraySlice<String>, _ options: [CommandOption]) -> Bool {
        var rest = arguments
        while let argument = rest.popFirst(), argument != "--" {
            if argument == "--help" || argument == "-h" { return true }
            // The next argument is this option's value, even if it looks like an option.
            if options.contains(where: { $0.value != nil && argument == "--" + $0.name }) { rest = rest.dropFirst() }
        }
        return false
    }

    /// Returns the valid beginning of an option's name, because the rest may be a value that is secret.
    private static func redacted(_ name: Substring) -> Substring {
        let end = name.firstIndex { !$0.isASCII || !($0.isLetter || $0.isNumber || "-_".contains($0)) }
        return end.map { name[..<$0] + "…" } ?? name
    }

    /// Whether an option is given, with or without a value.
    func has(_ name: String) -> Bool { flags.contains(name) || values[name] != nil }

    /// Returns the value of an option, or `nil` if it is not given.
    func value(_ name: String) -> String? { values[name] }

    /// Returns an option's value as a whole number.
    func count(_ name: String, from first: Int = 1) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let count = Int(text), count >= first else {
            throw error("The value of --\(name) must be a whole number of at least \(first), not \(text.quotedUnknown)")
        }
        return count
    }

    /// Returns an error that refers to the command's help.
    func error(_ text: String) -> UsageError { Self.error(text, command) }

    private static func error(_ text: String, _ command: String) -> UsageError {
        UsageError("\(text). See `convo \(command) --help`.")
    }
}
