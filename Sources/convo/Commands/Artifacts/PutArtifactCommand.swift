import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact put`: saves a file as an artifact of a conversation.
struct PutArtifactCommand: LibraryCommand {
    static let name = "artifact put"
    static let group = CommandGroup.artifacts
    static let abstract = "Save a file as an artifact, or as a new version of one"
    static let operands = "ID NAME FILE"
    static let options =
        [.value("type", "TYPE", "The file's media type, such as text/markdown"), .json] + LibraryOptions.declared
    static let help = (
        introduction: """
        Saves a file as an artifact of a conversation. If there is an artifact with that name, saves a new version
        of it. FILE may be - for standard input.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members name, type, version, bytes, created.
        """
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let artifact: String
    private let path: String
    private let type: String?
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(3...3, "the id of a conversation, a name, and the file to save")
        (id, artifact) = (ConversationID(operands[0]), operands[1])
        path = try arguments.path(operands[2], "The path of the file to save", isStream: true)
        library = try LibraryOptions(arguments)
        type = arguments.value("type")
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try LibraryFiles(self.library.location).checkInput(path)
        let data = try InputFile(path).rest(limit: ArtifactLimit.byteCount)
        let info = try await library.reportingMissing(id) {
            try await library.saveArtifact(data, named: artifact, type: type, in: id)
        }
        if isJSON {
            terminal.send(JSONListing.object(info.json))
        } else {
            terminal.hint("Saved as version \(info.version).")
        }
        return .success
    }
}
