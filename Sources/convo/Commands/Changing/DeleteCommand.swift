import ConversationHistory
import ConversationHistoryLibrary

/// `convo delete`: moves conversations to the trash.
struct DeleteCommand: LibraryCommand {
    static let name = "delete"
    static let group = CommandGroup.removing
    static let abstract = "Move conversations to the trash"
    static let operands = "ID…"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: """
        Moves conversations to the trash, with everything that belongs to them. They stay there until they are purged.
        """,
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
            try await library.reportingMissing(id) { try await library.delete(id) }
        }
        if done.count > 0 { terminal.hint("Moved \(Count.of(done.count, "conversation")) to the trash.") }
        return done.code
    }
}
