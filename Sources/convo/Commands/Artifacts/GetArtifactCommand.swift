import ConversationHistory
import ConversationHistoryLibrary

/// `convo artifact get`: prints an artifact or saves it to a file.
struct GetArtifactCommand: LibraryCommand {
    static let name = "artifact get"
    static let group = CommandGroup.artifacts
    static let abstract = "Print an artifact of a conversation, or save it to a file"
    static let operands = "ID NAME"
    static let options =
        [
            .value("version", "N", "The version; defaults to the newest"),
            .value(
                "output",
                "FILE",
                "Write to this file, which is replaced if it exists;\n"
                    + "devices, pipes and - are written to directly"
            ),
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Prints an artifact of a conversation, byte for byte.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let artifact: String
    private let version: Int?
    private let output: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and the name of an artifact")
        (id, artifact) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
        version = try arguments.count("version")
        output = try arguments.output()
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let found = try await library.reportingMissingArtifact(artifact, in: id) {
            try await library.artifact(named: artifact, version: version, in: id)
        }
        let file = try OutputFile(output, of: self.library.location, terminal)
        try file.write(found.data)
        try file.finish()
        return .success
    }
}

extension ConversationLibrary {
    /// Runs a body that reads or changes an artifact, and explains what is missing if it is not found.
    nonisolated(nonsending) func reportingMissingArtifact<Result>(
        _ name: String,
        in id: ConversationID,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do { return try await reportingMissing(id, body) } catch let error as HistoryStoreError {
            guard error.code == .notFound, error.systemCall == nil else { throw error }
            throw LibraryFailure(
                "The conversation \(id.rawValue.quoted) has no artifact \(name.quoted), or no such version of it."
            )
        }
    }
}
