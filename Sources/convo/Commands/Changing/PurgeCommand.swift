import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// `convo purge`: the trash emptied, wholly or in part.
struct PurgeCommand: LibraryCommand {
    static let name = "purge"
    static let group = CommandGroup.removing
    static let abstract = "Remove what is in the trash for good"
    static let operands = "ID…"
    static let options =
        [
            .flag("all", "Everything that is in the trash"),
            .value("before", "DATE", "Only what was deleted before this day"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Removes conversations that are in the trash for good, with all that belongs to them, and says which they were.
        Name them, or give --all.
        """,
        notes: """
        \(LibraryOptions.note)

        One that is in use is told, and keeps no other one from being removed; the exit code is 1 then.

        --json prints an object with the members conversations (an array of ids), entries and artifacts (counts), and
        failed (an array of ids) if some could not be removed.
        """
    )

    let library: LibraryOptions
    private let request: PurgeRequest
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var request = PurgeRequest.everything
        if arguments.has("all") {
            guard arguments.operands.isEmpty else { throw arguments.error("Give either ids or --all") }
        } else {
            guard !arguments.operands.isEmpty else {
                throw arguments.error("Give the ids of what is to be removed for good, or --all")
            }
            request.ids = arguments.operands.map { ConversationID($0) }
        }
        request.deletedBefore = try arguments.date("before")
        self.request = request
        library = try LibraryOptions(arguments)
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let report = try await library.purge(request)
        if isJSON {
            var object: JSONObject = [:]
            object.add("conversations", .array(report.conversations.map { .string($0.rawValue) }))
            object.add("entries", report.entryCount)
            object.add("artifacts", report.artifactCount)
            if !report.failures.isEmpty {
                object.add("failed", .array(report.failures.map { .string($0.id.rawValue) }))
            }
            terminal.send(JSONListing.object(object))
        } else {
            terminal.send(report.conversations.map { $0.rawValue.cell + "\n" }.joined())
            terminal.notice(
                """
                Removed \(Count.of(report.conversations.count, "conversation")) with \
                \(Count.of(report.entryCount, "entry", "entries")) and \(Count.of(report.artifactCount, "artifact")).
                """
            )
        }
        for failure in report.failures {
            terminal.error("\(failure.id.rawValue.quoted) is still there. \(Explanation.of(failure.error))")
        }
        let known = Set(report.conversations + report.failures.map(\.id))
        let missing = (request.ids ?? []).filter { !known.contains($0) }
        for id in missing { terminal.error(LibraryFailure.notInTrash(id, before: request.deletedBefore).description) }
        return missing.isEmpty && report.failures.isEmpty ? .success : .failure
    }
}
