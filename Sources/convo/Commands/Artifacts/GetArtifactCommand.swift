import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact get`: a file out of a conversation.
struct GetArtifactCommand: LibraryCommand {
    static let name = "artifact get"
    static let group = CommandGroup.artifacts
    static let abstract = "Print a file of a conversation, or write it into one"
    static let operands = "ID NAME"
    static let options =
        [
            .value("version", "N", "This version; the newest unless given"),
            .value(
                "output",
                "FILE",
                "Write it into this file, which is replaced if it is there;\n"
                    + "a device, a pipe and - are written to as they are"
            ),
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Prints a file that a conversation has, byte by byte.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let artifact: String
    private let version: Int?
    private let output: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and the name of a file of it")
        (id, artifact) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
        version = try arguments.count("version")
        output = try arguments.output()
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let found = try await library.aboutArtifact(artifact, in: id) {
            try await library.artifact(named: artifact, version: version, in: id)
        }
        let file = try OutputFile(output, of: self.library.location, terminal)
        try file.write(found.data)
        try file.finish()
        return .success
    }
}

extension ConversationLibrary {
    /// Does something with an artifact, and says what is missing if it is not there.
    nonisolated(nonsending) func aboutArtifact<Result>(
        _ name: String,
        in id: ConversationID,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do { return try await about(id, body) } catch let error as HistoryStoreError {
            guard error.code == .notFound, error.systemCall == nil else { throw error }
            throw LibraryFailure(
                "The conversation \(id.rawValue.quoted) has no file \(name.quoted), or not in this version."
            )
        }
    }
}
