/// What a line that begins with a slash asks for.
enum SlashCommand: Hashable, Sendable {
    case help
    case quit
    case history
    /// Pins the entry of a number, or the last exchange.
    case pin(Int?)
    case unpin(Int)
    /// Goes back by a number of turns.
    case rewind(Int)
    /// Goes on in a fork: in a new file, or under a new id in the library.
    case fork(String?)
    /// Gives a title, or shows it.
    case title(String?)

    /// Understands a line; `nil` if it is not a command but meant for the model.
    init?(_ line: String) throws(SlashCommandError) {
        guard line.hasPrefix("/") else { return nil }
        let name = line.dropFirst().prefix { !$0.isWhitespace }
        var rest = line[name.endIndex...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        switch name {
        case "help", "quit", "history":
            guard rest.isEmpty else { throw SlashCommandError("/\(name) takes nothing behind it.") }
            self = name == "help" ? .help : name == "quit" ? .quit : .history
        case "pin": self = .pin(rest.isEmpty ? nil : try Self.number(rest, name))
        case "unpin": self = .unpin(try Self.number(rest, name))
        case "rewind": self = .rewind(rest.isEmpty ? 1 : try Self.number(rest, name))
        case "fork": self = .fork(rest.isEmpty ? nil : String(rest))
        case "title": self = .title(rest.isEmpty ? nil : String(rest))
        default:
            let shown = name.allSatisfy { $0.isLetter || $0.isNumber } ? " /\(name)" : " of this name"
            throw SlashCommandError(
                "There is no command\(shown); /help lists them, and a blank before the slash sends the line."
            )
        }
    }

    /// Returns what `/help` prints.
    static func list(for place: ChatPlace) -> String {
        var fork = ("/fork FILE", "Go on in a copy of this conversation, in a new file")
        if case .library = place { fork = ("/fork [ID]", "Go on in a fork of this conversation, in the same library") }
        return HelpText.table([
            ("/history", "List what was said, with numbers"),
            ("/pin [N]", "Keep the last exchange, or entry N, in what the model is given"),
            ("/unpin N", "Take the pin off entry N"),
            ("/rewind [N]", "Go back to before the last turn, or the last N turns"),
            fork,
            ("/title [TEXT]", "Give the conversation a title, or show it"),
            ("/quit", "End; so do Ctrl-D, and Ctrl-C while nothing is being answered"),
        ])
    }

    private static func number(_ text: Substring, _ name: Substring) throws(SlashCommandError) -> Int {
        guard let number = Int(text), number > 0 else {
            throw SlashCommandError("/\(name) needs a number from 1 on.")
        }
        return number
    }
}
