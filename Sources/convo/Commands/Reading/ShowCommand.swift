import ConversationHistory
import ConversationHistoryLibrary

/// `convo show`: what was said in a conversation.
struct ShowCommand: LibraryCommand {
    static let name = "show"
    static let group = CommandGroup.reading
    static let abstract = "Show what was said in a conversation"
    static let operands = "ID"
    static let options =
        [
            .flag("messages-only", "Only messages, and no other entries"),
            .value("offset", "N", "Pass over so many entries"),
            .value("limit", "N", "At most so many; all unless given"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Shows the entries of a conversation, one in the trash too, with their numbers, from the oldest to the newest.
        With --messages-only, messages alone are counted.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an object with the members of `convo list`, and with "offset" and "history", the entries
        as they stand in a history file: id, date, sender, pinned, incomplete, message or action or summary,
        metadata.

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
        let info = try await library.about(id) { try await library.info(of: id) }
        let heading = isJSON ? beginning(info) : EntryText.heading(of: info)
        // What is in the trash is read as a whole: that is the only way to see it.
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
                page = try await library.about(id) { try await library.entries(of: id, request) }
            }
            // What cannot be read is not begun to be shown.
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

    /// Returns the object up to its entries.
    private func beginning(_ info: ConversationInfo) -> String {
        var object = info.json
        object.add("offset", offset)
        return JSONValue.object(object).jsonString.dropLast() + ",\"history\":["
    }
}
