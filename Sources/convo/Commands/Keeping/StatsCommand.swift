import ConversationHistory
import ConversationHistoryLibrary

/// `convo stats`: counts the contents of a library.
struct StatsCommand: LibraryCommand {
    static let name = "stats"
    static let group = CommandGroup.maintaining
    static let abstract = "Count the contents of a library"
    static let options = [.json] + LibraryOptions.declared
    static let help = (
        introduction: "Counts the conversations of a library, their messages, entries and artifacts, and the trash.",
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members conversations, messages, entries, artifacts, artifact_bytes, deleted
        (the conversations in the trash, which the other counts exclude).
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
        let statistics = try await library.statistics()
        let rows = [
            ("conversations", statistics.conversationCount), ("messages", statistics.messageCount),
            ("entries", statistics.entryCount), ("artifacts", statistics.artifactCount),
            ("artifact_bytes", statistics.artifactBytes), ("deleted", statistics.deletedCount),
        ]
        if isJSON {
            var object: JSONObject = [:]
            for (name, count) in rows { object.add(name, count) }
            terminal.send(JSONListing.object(object))
        } else {
            var table = Table([Table.Column(title: "ITEM"), Table.Column(title: "COUNT", isTrailing: true)])
            for (name, count) in rows { table.add([name.replacing("_", with: " "), String(count)]) }
            terminal.send(table.text(width: terminal.width))
        }
        return .success
    }
}
