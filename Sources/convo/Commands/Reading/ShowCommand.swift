import ConversationHistory
import ConversationHistoryLibrary

/// `convo show`: shows the entries of a conversation.
struct ShowCommand: LibraryCommand {
    static let name = "show"
    static let group = CommandGroup.reading
    static let abstract = "Show the entries of a conversation"
    static let operands = "ID"
    static let options =
        [
            .flag("messages-only", "Show only messages, and no other entries"),
            .value("offset", "N", "Skip the first N entries"),
            .value("limit", "N", "At most N entries; defaults to all"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Shows the entries of a conversation with their numbers, the oldest first. The conversation may be in the
        trash. With --messages-only, only messages are counted.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members of `convo list`, "offset" and "history". The history has the entries
        in the format of a history file, with the members id, date, sender, pinned, incomplete, message or action or
        summary, metadata.

        Example:
          convo show --library conversations ID --json | jq '.history[].message.content'
        """
    )

    let library: LibraryOptions
    private let id: ConversationID
    private let offset: Int
    private let limit: Int
    private let messagesOnly: Bool
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        id = ConversationID(try arguments.operands(1...1, "the id of one conversation")[0])
        library = try LibraryOptions(arguments)
        offset = try arguments.count("offset", from: 0) ?? 0
        limit = try arguments.count("limit") ?? .max
        messagesOnly = arguments.has("messages-only")
        isJSON = arguments.has("json")
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let info = try await library.reportingMissing(id) { try await library.info(of: id) }
        let heading = isJSON ? beginning(info) : EntryText.heading(of: info)
        // A conversation in the trash can only be read as a whole.
        let trashed = info.deleted == nil ? nil : try await library.snapshot(of: id)
        var count = 0
        while count < limit, !terminal.isClosed {
            let request = EntryRequest(
                offset: offset + count,
                limit: min(limit - count, 500),
                messagesOnly: messagesOnly
            )
            let page: EntryPage<ChatMessage>
            if let trashed {
                page = request.page(of: trashed)
            } else {
                page = try await library.reportingMissing(id) { try await library.entries(of: id, request) }
            }
            // Nothing is printed until the first page has been read, so an unreadable conversation prints nothing.
            if count == 0 { terminal.send(heading) }
            guard !page.entries.isEmpty else { break }
            var text = ""
            for entry in page.entries {
                if isJSON {
                    text += (count == 0 ? "\n" : ",\n") + (try entry.storedText())
                } else {
                    text += EntryText.text(of: entry, number: offset + count + 1)
                }
                count += 1
            }
            terminal.send(text)
        }
        if isJSON { terminal.send("\n]}\n") }
        return .success
    }

    /// Returns the JSON object up to its entries.
    private func beginning(_ info: ConversationInfo) -> String {
        var object = info.json
        object.add("offset", offset)
        return JSONValue.object(object).jsonString.dropLast() + ",\"history\":["
    }
}
