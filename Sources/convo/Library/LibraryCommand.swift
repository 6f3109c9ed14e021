import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// A command that works on a library, whatever it keeps its conversations in.
protocol LibraryCommand: Command {
    /// What becomes of a library that is not there; it must be, unless given.
    static var access: LibraryAccess { get }

    /// Which library, and as whom.
    var library: LibraryOptions { get }

    /// Does what was asked for.
    @MainActor
    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode
}

extension LibraryCommand {
    static var access: LibraryAccess { .existing }

    @MainActor
    func run(_ terminal: Terminal) async throws -> ExitCode {
        // Before the library is opened: a table is no part of it, either.
        try LibraryFiles(library.location).checkOutput(STDOUT_FILENO, "Standard output")
        return try await LibraryOpening.withLibrary(library, Self.access) { library in
            try await run(library, terminal)
        }
    }

    /// Does something with each of some conversations; what fails is told and keeps nothing else from being done.
    ///
    /// - Returns: How many were dealt with, and the exit code.
    @MainActor
    func each(
        _ ids: [ConversationID],
        _ terminal: Terminal,
        _ body: (ConversationID) async throws -> Void
    ) async -> (count: Int, code: ExitCode) {
        var count = 0
        for id in ids {
            do {
                try await body(id)
                count += 1
            } catch { terminal.error(Explanation.of(error)) }
        }
        return (count, count == ids.count ? .success : .failure)
    }
}

extension CommandOption {
    /// `--json`, which all commands explain that have it.
    static let json = flag("json", "Print JSON, for programs")
}
