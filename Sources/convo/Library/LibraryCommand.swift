import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// A command that works on a library of any kind.
protocol LibraryCommand: Command {
    /// How the command treats a missing library. Defaults to `existing`.
    static var access: LibraryAccess { get }

    /// The library and its owner.
    var library: LibraryOptions { get }

    /// Runs the command on the open library.
    @MainActor
    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode
}

extension LibraryCommand {
    static var access: LibraryAccess { .existing }

    @MainActor
    func run(_ terminal: Terminal) async throws -> ExitCode {
        // Checks standard output before the library is opened, because any output would damage a library file.
        try LibraryFiles(library.location).checkOutput(STDOUT_FILENO, "Standard output")
        return try await LibraryOpening.withLibrary(library, Self.access) { library in
            try await run(library, terminal)
        }
    }

    /// Runs a body for each conversation.
    ///
    /// A failure is reported and doesn't stop the others.
    ///
    /// - Returns: The number of successes, and the exit code.
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
    /// `--json`, which the help of each command describes.
    static let json = flag("json", "Print JSON for other programs")
}
