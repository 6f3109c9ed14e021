import ConversationHistory
import ConversationHistoryLibrary

/// `convo fork`: starts a new conversation from an existing one.
struct ForkCommand: LibraryCommand {
    static let name = "fork"
    static let group = CommandGroup.changing
    static let abstract = "Start a new conversation from an existing one"
    static let operands = "ID"
    static let options =
        [
            .value("after", "ENTRY", "The last entry to include, an id or a number; defaults to the last one"),
            .value("as", "ID", "The new conversation's id; defaults to a new id"),
            .value("title", "TITLE", "The new conversation's title; defaults to the title of the existing one"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Starts a new conversation with the entries of an existing one, and prints its id.",
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members of `convo list`.
        """
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let entry: String?
    private let new: NewConversation
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        id = ConversationID(try arguments.operands(1...1, "the id of one conversation")[0])
        library = try LibraryOptions(arguments)
        entry = arguments.value("after")
        let newID = arguments.value("as").map { ConversationID($0) } ?? .unique()
        new = NewConversation(id: newID, title: arguments.value("title"))
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let info = try await library.reportingMissing(id) { try await fork(in: library) }
        terminal.send(isJSON ? JSONListing.object(info.json) : info.id.rawValue + "\n")
        return .success
    }

    private func fork(
        in library: some ConversationLibrary<ChatMessage>
    ) async throws(HistoryStoreError) -> ConversationInfo {
        do throws(HistoryStoreError) {
            return try await library.fork(id, after: entry.map { EntryID($0) }, as: new)
        } catch {
            // If no entry has this id, it may be the number of an entry.
            guard error.code == .notFound, let number = entry.flatMap({ Int($0) }), number > 0 else { throw error }
            let page = try await library.entries(of: id, EntryRequest(offset: number - 1, limit: 1))
            guard let found = page.entries.first else { throw error }
            return try await library.fork(id, after: found.id, as: new)
        }
    }
}
