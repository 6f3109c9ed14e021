import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact remove`: permanently deletes an artifact.
struct RemoveArtifactCommand: LibraryCommand {
    static let name = "artifact remove"
    static let group = CommandGroup.artifacts
    static let abstract = "Permanently delete an artifact of a conversation"
    static let operands = "ID NAME"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Permanently deletes an artifact of a conversation, with all its versions.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let artifact: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and the name of an artifact")
        (id, artifact) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try await library.reportingMissingArtifact(artifact, in: id) {
            try await library.removeArtifact(named: artifact, in: id)
        }
        return .success
    }
}
