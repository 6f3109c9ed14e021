import ConversationHistory
import ConversationHistoryLibrary

/// `convo create`: a new conversation.
struct CreateCommand: LibraryCommand {
    static let name = "create"
    static let group = CommandGroup.changing
    static let abstract = "Create a conversation in which nothing was said yet"
    static let access = LibraryAccess.creating
    static let options =
        [
            .value("id", "ID", "The conversation's id; a new one unless given"),
            .value("title", "TITLE", "The title to show"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Creates a conversation, and the library if there is none, and prints the conversation's id.",
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members of `convo list`.
        """
    )

    let library: LibraryOptions
    private let new: NewConversation
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        try arguments.expectNoOperands()
        library = try LibraryOptions(arguments)
        let id = arguments.value("id").map { ConversationID($0) } ?? .unique()
        new = NewConversation(id: id, title: arguments.value("title"))
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let info = try await library.create(new)
        terminal.send(isJSON ? JSONListing.object(info.json) : info.id.rawValue + "\n")
        return .success
    }
}
