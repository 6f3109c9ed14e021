import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary

/// `convo export`: exports conversations as an archive or as Markdown.
struct ExportCommand: LibraryCommand {
    static let name = "export"
    static let group = CommandGroup.exchanging
    static let abstract = "Export conversations as JSON Lines or Markdown"
    static let operands = "[ID…]"
    static let options =
        [
            .flag("markdown", "Write Markdown, which cannot be imported again"),
            .flag("include-trash", "Include conversations in the trash"),
            .value(
                "output",
                "FILE",
                "Write to this file, which is replaced once the export is complete;\n"
                    + "devices, pipes and - are written to directly"
            ),
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Exports conversations, or a whole library, as JSON Lines, with everything that belongs to them. `convo import`
        reads this format. The same conversations always produce the same bytes. Unreadable data is reported and left
        out; the exit code is then 1.
        """,
        notes: """
        \(LibraryOptions.note)

        Examples:
          convo export --library conversations > all.jsonl
          convo export --library conversations | convo import --library sqlite:conversations.db -
        """
    )

    let library: LibraryOptions
    private let ids: [ConversationID]?
    private let isMarkdown: Bool
    private let includesTrash: Bool
    private let output: String?

    init(_ arguments: ParsedArguments) throws(UsageError) {
        ids = arguments.operands.isEmpty ? nil : arguments.operands.map { ConversationID($0) }
        library = try LibraryOptions(arguments)
        isMarkdown = arguments.has("markdown")
        includesTrash = arguments.has("include-trash")
        output = try arguments.output()
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        for id in ids ?? [] {
            let info = try await library.reportingMissing(id) { try await library.info(of: id) }
            guard info.deleted == nil || includesTrash else { throw LibraryFailure.inTrash(id) }
        }
        let file = try OutputFile(output, of: self.library.location, terminal)
        let code = try await isMarkdown ? markdown(library, file, terminal) : archive(library, file, terminal)
        // An incomplete export must not replace a file that may be a complete one.
        if code != .success, file.replacesFile {
            terminal.error(
                "The existing \((output ?? "").quoted) was not replaced. Use another file for the incomplete export."
            )
        } else {
            try file.finish()
        }
        return code
    }

    @MainActor
    private func archive(
        _ library: some ConversationLibrary<ChatMessage>,
        _ file: OutputFile,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        let exporter = LibraryExporter(library, includesTrash: includesTrash)
        let report = try await exporter.export(ids) { progress in
            terminal.progress(
                "\(progress.conversationCount) of \(progress.totalCount ?? 0) conversations, "
                    + Count.ofBytes(progress.byteCount)
            )
        } to: { part in
            try file.write(part)
        }
        for unreadable in report.unreadable {
            terminal.error("\(unreadable.id.rawValue.quoted) was left out. \(Explanation.of(unreadable.error))")
        }
        for problem in report.problems {
            let id = problem.conversation?.rawValue.quoted ?? ""
            terminal.error("An artifact of \(id) was left out. \(problem.description)")
        }
        terminal.hint("Exported \(Count.of(report.conversationCount, "conversation")).")
        return report.unreadable.isEmpty && report.problems.isEmpty ? .success : .failure
    }

    @MainActor
    private func markdown(
        _ library: some ConversationLibrary<ChatMessage>,
        _ file: OutputFile,
        _ terminal: Terminal
    ) async throws -> ExitCode {
        var all = ids ?? []
        if ids == nil {
            for trash in includesTrash ? [ListRequest.Trash.without, .only] : [.without] {
                all += try await library.conversations(ListRequest(trash: trash, order: .oldestFirst), limit: .max)
                    .map(\.id)
            }
        }
        var code = ExitCode.success
        var isFirst = true
        for id in all {
            let snapshot: ConversationSnapshot<ChatMessage>
            do throws(HistoryStoreError) {
                // Doesn't read the artifacts, so a damaged artifact doesn't matter here.
                snapshot = try await library.snapshot(of: id)
            } catch {
                // The conversation may have been deleted since it was listed.
                guard error.code != .notFound || error.systemCall != nil else { continue }
                terminal.error("\(id.rawValue.quoted) was left out. \(Explanation.of(error))")
                code = .failure
                continue
            }
            try file.write(Array(((isFirst ? "" : "\n") + MarkdownExport.text(of: snapshot)).utf8))
            isFirst = false
        }
        return code
    }
}
