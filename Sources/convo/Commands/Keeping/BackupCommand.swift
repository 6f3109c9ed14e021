import ConversationHistory
import ConversationHistoryLibrary

/// `convo backup`: a copy of a whole library.
struct BackupCommand: LibraryCommand {
    static let name = "backup"
    static let group = CommandGroup.keeping
    static let abstract = "Copy a whole library while it is in use"
    static let operands = "PATH"
    // Everyone's conversations or none: a part of a library is what `convo export` is for.
    static let options = [LibraryOptions.place]
    static let help = (
        introduction: """
        Copies a library, what is in the trash too, while others use it, into something new at a path, which is then a
        library itself: a SQLite file of a SQLite file, a directory of a directory and of a PostgreSQL database. The
        copy is checked: what is damaged is copied as it is and reported, and the exit code is then 1.
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
        path = try arguments.path(operands[0], "The copy")
        library = try LibraryOptions(arguments).ofEveryone
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        try LibraryFiles(self.library.location).checkOutput(path)
        terminal.progress("Copying everything…")
        try await library.backUp(to: path)
        terminal.progress("Checking the copy…")
        let problems = try await problems()
        for problem in problems {
            let subject = problem.conversation.map { "A part of \($0.rawValue.quoted)" } ?? "A part of the library"
            terminal.error("\(subject) was copied as it is. \(problem.description)")
        }
        terminal.hint("Copied to \(path.quoted).")
        return problems.isEmpty ? .success : .failure
    }

    /// Returns what is damaged in the copy.
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
