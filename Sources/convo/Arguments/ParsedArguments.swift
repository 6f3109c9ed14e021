/// The arguments of a command, told apart and checked against the options that it accepts.
struct ParsedArguments: Hashable, Sendable {
    /// The command's name, for errors.
    let command: String

    /// The environment variables, for options that are not given.
    let environment: [String: String]

    /// What is not an option, in order.
    private(set) var operands: [String] = []

    private var values: [String: String] = [:]
    private var flags: Set<String> = []

    /// Tells arguments apart.
    ///
    /// `--name VALUE` and `--name=VALUE` are the same; a lone `--` ends the options.
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
                throw Self.error("There is no option \(Self.shown(parts[0]))", command)
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

    /// Whether `--help` or `-h` is among some arguments, and not as the value of an option.
    static func asksForHelp(_ arguments: ArraySlice<String>, _ options: [CommandOption]) -> Bool {
        var rest = arguments
        while let argument = rest.popFirst(), argument != "--" {
            if argument == "--help" || argument == "-h" { return true }
            // The next argument is this option's value, whatever it is.
            if options.contains(where: { $0.value != nil && argument == "--" + $0.name }) { rest = rest.dropFirst() }
        }
        return false
    }

    /// Returns the name of an option as it was typed, or as much of it as is a name: what is behind it may be a value.
    private static func shown(_ name: Substring) -> Substring {
        let end = name.firstIndex { !$0.isASCII || !($0.isLetter || $0.isNumber || "-_".contains($0)) }
        return end.map { name[..<$0] + "…" } ?? name
    }

    /// Whether an option without a value is given.
    func has(_ name: String) -> Bool { flags.contains(name) || values[name] != nil }

    /// Returns the value of an option, or `nil` if it is not given.
    func value(_ name: String) -> String? { values[name] }

    /// Returns the value of an option that is a whole number, from 1 on unless said otherwise.
    func count(_ name: String, from first: Int = 1) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let count = Int(text), count >= first else {
            throw error("The value of --\(name) must be a whole number from \(first) on, not \(text.quotedUnknown)")
        }
        return count
    }

    /// Returns an error that says where to read more.
    func error(_ text: String) -> UsageError { Self.error(text, command) }

    private static func error(_ text: String, _ command: String) -> UsageError {
        UsageError("\(text); see `convo \(command) --help`.")
    }
}
