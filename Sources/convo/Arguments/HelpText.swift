/// The output of `--help`.
enum HelpText {
    /// Returns the help of the program.
    static func general(_ commands: [any Command.Type]) -> String {
        """
        Chats with a model and manages saved conversations, without ever losing a message.

        Usage: convo COMMAND [OPTIONS]

        \(list(commands))

        Run "convo help COMMAND" for the details of a command.

        Options:
        \(table([("--help", "Print this help"), ("--version", "Print the version")]))

        Exit codes: 0 success, 1 failure, 64 wrong arguments. If the reader of the output, such as head,
        exits early, the exit code is still the result of the command.

        """
    }

    /// Returns the help of a family of commands, such as `artifact`.
    static func family(_ name: String, _ commands: [any Command.Type]) -> String {
        """
        Usage: convo \(name) COMMAND [OPTIONS]

        \(list(commands))

        """
    }

    /// Returns the commands, grouped under headings.
    private static func list(_ commands: [any Command.Type]) -> String {
        let width = commands.map { $0.name.count }.max() ?? 0
        return CommandGroup.allCases.compactMap { group in
            let rows = commands.filter { $0.group == group }.map { ($0.name, $0.abstract) }
            return rows.isEmpty ? nil : "\(group.rawValue):\n\(table(rows, width: width))"
        }.joined(separator: "\n\n")
    }

    /// Returns the help of a command.
    static func of(_ command: any Command.Type) -> String {
        var rows = command.options.compactMap { option in
            option.help.map { ("--" + option.name + (option.value.map { " " + $0 } ?? ""), $0) }
        }
        rows.append(("--help", "Print this help"))
        return """
            \(command.help.introduction)

            Usage: convo \(command.name) [OPTIONS]\(command.operands.isEmpty ? "" : " " + command.operands)

            Options:
            \(table(rows))

            \(command.help.notes)

            """
    }

    /// Returns a table of two columns.
    ///
    /// Texts with several lines stay aligned in the second column.
    static func table(_ rows: [(String, String)], width: Int = 0) -> String {
        let width = max(width, rows.map(\.0.count).max() ?? 0)
        return rows.map { name, text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let indented = lines.joined(separator: "\n" + String(repeating: " ", count: width + 4))
            return "  " + name + String(repeating: " ", count: width - name.count + 2) + indented
        }.joined(separator: "\n")
    }
}
