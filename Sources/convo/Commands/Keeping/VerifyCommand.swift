import ConversationHistory
import ConversationHistoryLibrary

/// `convo verify`: checks a library for damage.
struct VerifyCommand: LibraryCommand {
    static let name = "verify"
    static let group = CommandGroup.maintaining
    static let abstract = "Check a whole library for damage; the exit code is 1 if there is any"
    static let options = [.json] + LibraryOptions.declared
    static let help = (
        introduction: """
        Reads everything in a library and reports damage and inconsistencies. The exit code is 1 if there are any.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an array of objects with the members kind, conversation, description.
        """
    )

    let library: LibraryOptions
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        try arguments.expectNoOperands()
        library = try LibraryOptions(arguments)
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        terminal.progress("Reading the library…")
        let problems = try await library.verify()
        print(problems, terminal)
        return problems.isEmpty ? .success : .failure
    }

    private func print(_ problems: [LibraryProblem], _ terminal: Terminal) {
        if isJSON { return terminal.send(JSONListing.array(problems.map(\.json))) }
        guard !problems.isEmpty else { return terminal.hint("No problems were found.") }
        var table = Table([
            Table.Column(title: "KIND"), Table.Column(title: "CONVERSATION", minimum: 26),
            Table.Column(title: "DESCRIPTION", minimum: 30),
        ])
        for problem in problems {
            table.add([problem.kind.rawValue, problem.conversation?.rawValue ?? "", problem.description])
        }
        terminal.send(table.text(width: terminal.width))
    }
}
