import ConversationHistory
import ConversationHistoryLibrary
import Foundation

/// `convo purge`: permanently deletes conversations in the trash.
struct PurgeCommand: LibraryCommand {
    static let name = "purge"
    static let group = CommandGroup.removing
    static let abstract = "Permanently delete conversations in the trash"
    static let operands = "ID…"
    static let options =
        [
            .flag("all", "Purge the whole trash"),
            .value("before", "DATE", "Only conversations deleted before this day"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Permanently deletes conversations in the trash, with everything that belongs to them, and prints their ids.
        Give the ids of the conversations, or --all.
        """,
        notes: """
        \(LibraryOptions.note)

        Conversations in use are reported and skipped; the exit code is then 1.

        --json prints an object with the members conversations (an array of ids), entries and artifacts (counts), and
        failed (an array of ids) if some could not be deleted.
        """
    )

    let library: LibraryOptions
    private let request: PurgeRequest
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var request = PurgeRequest.everything
        if arguments.has("all") {
            guard arguments.operands.isEmpty else { throw arguments.error("Give either ids or --all, not both") }
        } else {
            guard !arguments.operands.isEmpty else {
                throw arguments.error("Give the ids of the conversations to purge, or --all")
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
                Deleted \(Count.of(report.conversations.count, "conversation")) with \
                \(Count.of(report.entryCount, "entry", "entries")) and \(Count.of(report.artifactCount, "artifact")).
                """
            )
        }
        for failure in report.failures {
            terminal.error("\(failure.id.rawValue.quoted) was not deleted. \(Explanation.of(failure.error))")
        }
        let known = Set(report.conversations + report.failures.map(\.id))
        let missing = (request.ids ?? []).filter { !known.contains($0) }
        for id in missing { terminal.error(LibraryFailure.notInTrash(id, before: request.deletedBefore).description) }
        return missing.isEmpty && report.failures.isEmpty ? .success : .failure
    }
}
