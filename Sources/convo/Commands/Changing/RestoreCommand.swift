import ConversationHistory
import ConversationHistoryLibrary

/// `convo restore`: conversations out of the trash.
struct RestoreCommand: LibraryCommand {
    static let name = "restore"
    static let group = CommandGroup.removing
    static let abstract = "Take conversations out of the trash"
    static let operands = "ID…"
    static let options = LibraryOptions.declared
    static let help = (
        introduction: "Takes conversations with all that belongs to them out of the trash.",
        notes: "\(LibraryOptions.note)\n\n`convo list --trash` lists what is there."
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
        if done.count > 0 { terminal.hint("\(Count.of(done.count, "conversation")) taken out of the trash.") }
        return done.code
    }
}
