import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary

/// `convo export`: conversations as an archive, or for reading.
struct ExportCommand: LibraryCommand {
    static let name = "export"
    static let group = CommandGroup.exchanging
    static let abstract = "Write conversations as JSON Lines, or as Markdown for reading"
    static let operands = "[ID…]"
    static let options =
        [
            .flag("markdown", "Write Markdown, which cannot be imported again"),
            .flag("include-trash", "What is in the trash too"),
            .value(
                "output",
                "FILE",
                "Write into this file, which is replaced when all is written;\n"
                    + "a device, a pipe and - are written to as they are"
            ),
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Writes conversations, or all of a library, with all that belongs to them as JSON Lines, which `convo import`
        reads. The same conversations make the same bytes. What cannot be read is reported and left out, and the exit
        code is then 1.
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
            let info = try await library.about(id) { try await library.info(of: id) }
            guard info.deleted == nil || includesTrash else { throw LibraryFailure.inTrash(id) }
        }
        let file = try OutputFile(output, of: self.library.location, terminal)
        let code = try await isMarkdown ? markdown(library, file, terminal) : archive(library, file, terminal)
        // What lacks something does not take the place of what may have it.
        if code != .success, file.hasEarlier {
            terminal.error("The earlier \((output ?? "").quoted) was kept; name another file for what could be read.")
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
            terminal.error("A file of \(id) was left out. \(problem.description)")
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
                // What is not printed is not read.
                snapshot = try await library.snapshot(of: id)
            } catch {
                // One that was listed a moment ago may be gone.
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
