import ConversationHistory
import ConversationHistoryLibrary

/// `convo create`: creates an empty conversation.
struct CreateCommand: LibraryCommand {
    static let name = "create"
    static let group = CommandGroup.changing
    static let abstract = "Create an empty conversation"
    static let access = LibraryAccess.creating
    static let options =
        [
            .value("id", "ID", "The conversation's id; defaults to a new id"),
            .value("title", "TITLE", "The conversation's title"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Creates an empty conversation and prints its id. Creates the library if it doesn't exist.",
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
