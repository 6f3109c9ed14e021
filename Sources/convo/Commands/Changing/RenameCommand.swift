import ConversationHistory
import ConversationHistoryLibrary

/// `convo rename`: changes the title of a conversation.
struct RenameCommand: LibraryCommand {
    static let name = "rename"
    static let group = CommandGroup.changing
    static let abstract = "Change the title of a conversation"
    static let operands = "ID TITLE"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Changes the title of a conversation. An empty title removes it.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let title: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and its new title, in quotes")
        (id, title) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try await library.reportingMissing(id) {
            try await library.rename(id, to: title.isEmpty ? nil : title)
        }
        return .success
    }
}
