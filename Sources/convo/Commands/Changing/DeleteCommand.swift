import ConversationHistory
import ConversationHistoryLibrary

/// `convo delete`: conversations into the trash.
struct DeleteCommand: LibraryCommand {
    static let name = "delete"
    static let group = CommandGroup.removing
    static let abstract = "Move conversations into the trash"
    static let operands = "ID…"
    static let options = LibraryOptions.declared
    static let help = (
        introduction:
            "Moves conversations with all that belongs to them into the trash, where they stay until a purge.",
        notes: LibraryOptions.note
    )

    let library: LibraryOptions
    private let ids: [ConversationID]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        ids = try arguments.ids()
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let done = await each(ids, terminal) { id in
            try await library.about(id) { try await library.delete(id) }
        }
        if done.count > 0 { terminal.hint("\(Count.of(done.count, "conversation")) moved into the trash.") }
        return done.code
    }
}
