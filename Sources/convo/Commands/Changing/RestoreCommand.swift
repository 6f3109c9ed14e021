import ConversationHistory
import ConversationHistoryLibrary

/// `convo restore`: restores conversations from the trash.
struct RestoreCommand: LibraryCommand {
    static let name = "restore"
    static let group = CommandGroup.removing
    static let abstract = "Restore conversations from the trash"
    static let operands = "ID…"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Restores conversations from the trash, with everything that belongs to them.",
        notes: "\(LibraryOptions.note)\n\n`convo list --trash` lists the conversations in the trash."
    )

    let library: LibraryOptions
    private let ids: [ConversationID]

    init(_ arguments: ParsedArguments) throws(UsageError) {
        ids = try arguments.ids()
        library = try LibraryOptions(arguments)
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let done = await each(ids, terminal) { id in
            do throws(HistoryStoreError) { try await library.restore(id) } catch {
                guard error.code == .notFound, error.systemCall == nil else { throw error }
                throw LibraryFailure.notInTrash(id)
            }
        }
        if done.count > 0 { terminal.hint("Restored \(Count.of(done.count, "conversation")) from the trash.") }
        return done.code
    }
}
