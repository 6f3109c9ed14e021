import ConversationHistory
import ConversationHistoryLibrary

/// `convo rename`: another title for a conversation.
struct RenameCommand: LibraryCommand {
    static let name = "rename"
    static let group = CommandGroup.changing
    static let abstract = "Give a conversation a title"
    static let operands = "ID TITLE"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Gives a conversation a title, or takes it away if the new one is empty.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let title: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(2...2, "the id of a conversation and its title, in quotes")
        (id, title) = (ConversationID(operands[0]), operands[1])
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try await library.about(id) {
            try await library.rename(id, to: title.isEmpty ? nil : title)
        }
        return .success
    }
}
