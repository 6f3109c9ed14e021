import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation

/// `convo import`: imports conversations into a library.
///
/// The command reads the beginning of the file before it creates a library.
struct ImportCommand: Command {
    static let name = "import"
    static let group = CommandGroup.exchanging
    static let abstract = "Import conversations into a library"
    static let operands = "FILE"
    static let options =
        [
            .value(
                "format",
                "FORMAT",
                "\"archive\" (from convo export), \"history\" (a history file), \"chat-completions\"\n"
                    + "or \"claude-code\"; detected from the content by default"
            ),
            .value(
                "collision",
                "POLICY",
                "What to do if another conversation has the same id:\n"
                    + "\"fail\" (the default), \"skip\", \"rename\" or \"replace\""
            ),
            .value("as", "ID", "The new id, if the file holds a single conversation"),
            .flag("keep-going", "Continue if the library refuses a conversation"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Imports the conversations of a file into a library. Creates the library if it doesn't exist. FILE may be - for
        standard input. Each conversation is imported completely or not at all. Importing a file twice creates no
        duplicates.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members imported, already_there, skipped, renamed, replaced, refused, each an
        array of objects with the members id, stored_id, line; in refused, reason takes the place of stored_id.

        Examples:
          convo import --library conversations all.jsonl
          convo import --library conversations --as trip chat.json
        """
    )

    private let library: LibraryOptions
    private let path: String
    private let format: ImportFormat?
    private let collision: ImportCollision
    private let id: ConversationID?
    private let keepsGoing: Bool
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let operands = try arguments.operands(1...1, "the file to import, or -")
        path = try arguments.path(operands[0], "The path of the file to import", isStream: true)
        library = try LibraryOptions(arguments)
        let formats = ImportFormat.allCases.map(\.rawValue)
        format = try arguments.choice("format", formats).flatMap(ImportFormat.init)
        let collisions = ImportCollision.allCases.map(\.rawValue)
        collision = try arguments.choice("collision", collisions).flatMap(ImportCollision.init) ?? .fail
        id = arguments.value("as").map { ConversationID($0) }
        keepsGoing = arguments.has("keep-going")
        isJSON = arguments.has("json")
        if id != nil, format == .archive {
            throw arguments.error("The option --as is not for archives, whose conversations have ids already")
        }
    }

    func run(_ terminal: Terminal) async throws -> ExitCode {
        try LibraryFiles(library.location).checkInput(path)
        try LibraryFiles(library.location).checkOutput(STDOUT_FILENO, "Standard output")
        let source = try ImportSource(path, format: format, id: id)
        return try await LibraryOpening.withLibrary(library, .creating) { library in
            try await run(source, library, terminal)
        }
    }

    @MainActor
    private func run(
        _ source: ImportSource,
        _ library: some ConversationLibrary<ChatMessage>,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let importer = LibraryImporter(library, collision: collision, continuesAfterRefusal: keepsGoing)
        let listing = ImportListing(isJSON: isJSON, terminal: terminal)
        do {
            let report = try await source.read(into: importer) { progress in
                terminal.progress(
                    "\(Count.of(progress.conversationCount, "conversation")), \(Count.ofBytes(progress.byteCount))"
                )
            }
            listing.print(report)
            return report.refused.isEmpty ? .success : .failure
        } catch let error as ArchiveError {
            // The conversations imported before the error stay in the library.
            listing.print(error.report)
            let isTaken = error.code == .alreadyExists
            throw LibraryFailure(error.description + (isTaken ? " Use --collision to skip, rename or replace." : ""))
        }
    }
}
