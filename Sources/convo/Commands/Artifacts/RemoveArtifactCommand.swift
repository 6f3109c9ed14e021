import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact remove`: a file of a conversation, for good.
struct RemoveArtifactCommand: LibraryCommand {
    static let name = "artifact remove"
    static let group = CommandGroup.artifacts
    static let abstract = "Remove a file of a conversation for good"
    static let operands = "ID NAME"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Removes a file of a conversation for good, in all its versions.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let artifact: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and the name of a file of it")
        (id, artifact) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try await library.aboutArtifact(artifact, in: id) {
            try await library.removeArtifact(named: artifact, in: id)
        }
        return .success
    }
}
