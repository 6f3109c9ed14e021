import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import Foundation

/// `convo import`: conversations into a library.
///
/// The file is looked at before a library is made for it.
struct ImportCommand: Command {
    static let name = "import"
    static let group = CommandGroup.exchanging
    static let abstract = "Bring conversations into a library"
    static let operands = "FILE"
    static let options =
        [
            .value(
                "format",
                "FORMAT",
                "\"archive\" (of convo export), \"history\" (a history file), \"chat-completions\"\n"
                    + "or \"claude-code\"; guessed from the content unless given"
            ),
            .value(
                "collision",
                "WHAT",
                "What becomes of a conversation whose id another one has:\n\"fail\" (unless given), \"skip\", \"rename\" or"
                    + " \"replace\""
            ),
            .value("as", "ID", "The id of the conversation, if it is a single one"),
            .flag("keep-going", "Go on after a conversation that the library refuses"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Brings the conversations of a file into a library, which is created if there is none; FILE may be - for
        standard input. Each conversation comes whole or not at all, and importing twice makes no duplicates.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members imported, already_there, skipped, renamed, replaced, refused, each an
        array of objects with the members id, stored_id, line; those of refused have reason instead of stored_id.

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
        path = try arguments.path(operands[0], "The file to import", isStream: true)
        library = try LibraryOptions(arguments)
        let formats = ImportFormat.allCases.map(\.rawValue)
        format = try arguments.choice("format", formats).flatMap(ImportFormat.init)
        let collisions = ImportCollision.allCases.map(\.rawValue)
        collision = try arguments.choice("collision", collisions).flatMap(ImportCollision.init) ?? .fail
        id = arguments.value("as").map { ConversationID($0) }
        keepsGoing = arguments.has("keep-going")
        isJSON = arguments.has("json")
        if id != nil, format == .archive { throw arguments.error("The conversations of an archive have their ids") }
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
            // What was imported before it stays.
            listing.print(error.report)
            let isTaken = error.code == .alreadyExists
            throw LibraryFailure(error.description + (isTaken ? " --collision says what becomes of it." : ""))
        }
    }
}
