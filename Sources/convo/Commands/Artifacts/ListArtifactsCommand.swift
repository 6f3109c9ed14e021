import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact list`: lists the artifacts of a conversation.
struct ListArtifactsCommand: LibraryCommand {
    static let name = "artifact list"
    static let group = CommandGroup.artifacts
    static let abstract = "List the artifacts of a conversation"
    static let operands = "ID"
    static let options = [.json] + LibraryOptions.declared
    static let help = (
        introduction: "Lists the artifacts of a conversation, sorted by name, each in its newest version.",
        notes: """
        \(LibraryOptions.note)

        --json prints an array of objects with the members name, type, version, bytes, created.
        """
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        id = ConversationID(try arguments.operands(1...1, "the id of one conversation")[0])
        library = try LibraryOptions(arguments)
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let infos = try await library.reportingMissing(id) {
            try await library.artifacts(in: id)
        }
        if isJSON {
            terminal.send(JSONListing.array(infos.map { .object($0.json) }))
        } else if infos.isEmpty {
            terminal.hint("The conversation has no artifacts.")
        } else {
            var table = Table([
                Table.Column(title: "NAME", minimum: 20), Table.Column(title: "VERSION", isTrailing: true),
                Table.Column(title: "SIZE", isTrailing: true), Table.Column(title: "SAVED"),
                Table.Column(title: "TYPE", minimum: 8),
            ])
            for info in infos {
                table.add([
                    info.name, String(info.version), Count.ofBytes(info.byteCount), DisplayDate.text(info.created),
                    info.type ?? "",
                ])
            }
            terminal.send(table.text(width: terminal.width))
        }
        return .success
    }
}
