import ConversationHistory
import ConversationHistoryLibrary

/// `convo backup`: copies a whole library.
struct BackupCommand: LibraryCommand {
    static let name = "backup"
    static let group = CommandGroup.maintaining
    static let abstract = "Back up a whole library while it is in use"
    static let operands = "PATH"
    // A backup has the conversations of all owners. `convo export` exports a part of a library.
    static let options = [LibraryOptions.libraryOption]
    static let help = (
        introduction: """
        Copies a library, including the trash, to a new path, even while others use it. The copy is a library itself:
        a SQLite file if the library is a SQLite file, otherwise a directory. Then the copy is verified. Damaged data
        is copied unchanged and reported; the exit code is then 1.
        """,
        notes: """
        \(LibraryOptions.note)

        Example:
          convo backup --library conversations backup-2025-03-01
        """
    )

    let library: LibraryOptions
    private let path: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(1...1, "the path of the copy")
        path = try arguments.path(operands[0], "The path of the copy")
        library = try LibraryOptions(arguments).unscoped
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try LibraryFiles(self.library.location).checkOutput(path)
        terminal.progress("Copying the library…")
        try await library.backUp(to: path)
        terminal.progress("Verifying the copy…")
        let problems = try await problems()
        for problem in problems {
            let subject = problem.conversation.map(\.rawValue.quoted) ?? "the library"
            terminal.error("Damaged data of \(subject) was copied unchanged. \(problem.description)")
        }
        terminal.hint("Copied to \(path.quoted).")
        return problems.isEmpty ? .success : .failure
    }

    /// Returns the damage in the copy.
    @MainActor
    private func problems() async throws -> [LibraryProblem] {
        let location: LibraryLocation
        if case .sqlite = library.location { location = .sqlite(path) } else { location = .directory(path) }
        let damage: Set<LibraryProblem.Kind> = [.damagedHistory, .damagedArtifact, .damagedStorage]
        return try await LibraryOpening.withLibrary(LibraryOptions(of: location), .existing) { copy in
            try await copy.verify().filter { damage.contains($0.kind) }
        }
    }
}
