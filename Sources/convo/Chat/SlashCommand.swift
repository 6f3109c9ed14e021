/// A command in a line that begins with a slash.
enum SlashCommand: Hashable, Sendable {
    case help
    case quit
    case history
    /// Pins an entry by its number, or the last exchange.
    case pin(Int?)
    case unpin(Int)
    /// Rewinds a number of turns.
    case rewind(Int)
    /// Continues in a fork, in a new file or under a new id in the library.
    case fork(String?)
    /// Changes the title, or shows it.
    case title(String?)

    /// Parses a line; `nil` if it is a prompt and not a command.
    init?(_ line: String) throws(SlashCommandError) {
        guard line.hasPrefix("/") else { return nil }
        let name = line.dropFirst().prefix { !$0.isWhitespace }
        var rest = line[name.endIndex...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        switch name {
        case "help", "quit", "history":
            guard rest.isEmpty else { throw SlashCommandError("/\(name) takes no argument.") }
            self = name == "help" ? .help : name == "quit" ? .quit : .history
        case "pin": self = .pin(rest.isEmpty ? nil : try Self.number(rest, name))
        case "unpin": self = .unpin(try Self.number(rest, name))
        case "rewind": self = .rewind(rest.isEmpty ? 1 : try Self.number(rest, name))
        case "fork": self = .fork(rest.isEmpty ? nil : String(rest))
        case "title": self = .title(rest.isEmpty ? nil : String(rest))
        default:
            let suffix = name.allSatisfy { $0.isLetter || $0.isNumber } ? " /\(name)" : " with this name"
            throw SlashCommandError(
                "There is no command\(suffix). /help lists the commands. To send this line, put a space before it."
            )
        }
    }

    /// Returns the output of `/help`.
    static func list(for location: ChatLocation) -> String {
        let fork = location.isLibrary ? ("/fork [ID]", "the same library") : ("/fork FILE", "a new file")
        return HelpText.table([
            ("/history", "List the entries with their numbers"),
            ("/pin [N]", "Pin the last exchange, or entry N, so that it always goes to the model"),
            ("/unpin N", "Unpin entry N"),
            ("/rewind [N]", "Go back to before the last turn, or before the last N turns"),
            (fork.0, "Continue in a fork of this conversation, in \(fork.1)"),
            ("/title [TEXT]", "Change the title of the conversation, or show it"),
            ("/quit", "Quit; so do Ctrl-D, and Ctrl-C at the prompt"),
        ])
    }

    private static func number(_ text: Substring, _ name: Substring) throws(SlashCommandError) -> Int {
        guard let number = Int(text), number > 0 else {
            throw SlashCommandError("/\(name) needs a number of at least 1.")
        }
        return number
    }
}
