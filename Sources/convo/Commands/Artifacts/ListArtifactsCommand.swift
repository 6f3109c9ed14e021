import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact list`: the files of a conversation.
struct ListArtifactsCommand: LibraryCommand {
    static let name = "artifact list"
    static let group = CommandGroup.artifacts
    static let abstract = "List the files of a conversation"
    static let operands = "ID"
    static let options = [.json] + LibraryOptions.declared
    static let help = (
        introduction: "Lists the files that a conversation has by their names, each in its newest version.",
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
        let infos = try await library.about(id) {
            try await library.artifacts(in: id)
        }
        if isJSON {
            terminal.send(JSONListing.array(infos.map { .object($0.json) }))
        } else if infos.isEmpty {
            terminal.hint("It has no files.")
        } else {
            var table = Table([
                Table.Column(title: "NAME", minimum: 20), Table.Column(title: "VERSION", isTrailing: true),
                Table.Column(title: "SIZE", isTrailing: true), Table.Column(title: "SAVED"),
                Table.Column(title: "TYPE", minimum: 8),
            ])
            for info in infos {
                table.add([
                    info.name, String(info.version), Count.ofBytes(info.byteCount), ShownDate.text(info.created),
                    info.type ?? "",
                ])
            }
            terminal.send(table.text(width: terminal.width))
        }
        return .success
    }
}
