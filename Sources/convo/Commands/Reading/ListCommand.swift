import ConversationHistory
import ConversationHistoryLibrary

/// `convo list`: lists the conversations of a library.
struct ListCommand: LibraryCommand {
    static let name = "list"
    static let group = CommandGroup.reading
    static let abstract = "List conversations, the most recently changed first"
    static let options =
        [
            .value("title", "WORDS", "Only conversations whose title contains all of these words"),
            .value("since", "DATE", "Only conversations last changed on this day or later"),
            .value("until", "DATE", "Only conversations last changed on this day or earlier"),
            .flag("trash", "List the conversations in the trash instead"),
            .value("order", "ORDER", "\"newest\" first (the default) or \"oldest\" first"),
            .value("limit", "N", "At most N conversations; defaults to all"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: "Lists the conversations of a library, without reading their entries.",
        notes: """
        \(LibraryOptions.note)

        --json prints an array of objects with the members id, title, owner (user, organization), created,
        updated, metadata, origin (conversation, entry), messages, entries, deleted, damaged. Members without a
        value are left out. Dates are ISO 8601 in UTC.

        Examples:
          convo list --library conversations
          convo list --library conversations --user ada --since 2025-03-01 --json
        """
    )

    let library: LibraryOptions
    private let request: ListRequest
    private let limit: Int
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        try arguments.expectNoOperands()
        library = try LibraryOptions(arguments)
        limit = try arguments.count("limit") ?? .max
        isJSON = arguments.has("json")
        let order = try arguments.choice("order", ["newest", "oldest"])
        request = ListRequest(
            title: arguments.value("title"),
            updated: try arguments.dates(),
            trash: arguments.has("trash") ? .only : .without,
            order: order == "oldest" ? .oldestFirst : .newestFirst
        )
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        let infos = try await library.conversations(request, limit: limit)
        if isJSON {
            terminal.send(JSONListing.array(infos.map { .object($0.json) }))
        } else if infos.isEmpty {
            terminal.hint("No conversations were found.")
        } else {
            terminal.send(Self.table(infos).text(width: terminal.width))
        }
        return .success
    }

    /// Returns a table of conversations, with columns for owners and deletion dates only if needed.
    private static func table(_ infos: [ConversationInfo]) -> Table {
        let hasOwners = infos.contains { $0.owner != nil }
        let hasDeleted = infos.contains { $0.deleted != nil }
        var columns = [
            Table.Column(title: "ID", minimum: 26), Table.Column(title: "CHANGED"),
            Table.Column(title: "MESSAGES", isTrailing: true),
        ]
        if hasDeleted { columns.append(Table.Column(title: "DELETED")) }
        if hasOwners { columns.append(Table.Column(title: "OWNER", minimum: 8)) }
        var table = Table(columns + [Table.Column(title: "TITLE", minimum: 10)])
        for info in infos {
            var cells = [info.id.rawValue, DisplayDate.text(info.updated), String(info.messageCount)]
            if hasDeleted { cells.append(DisplayDate.text(info.deleted)) }
            if hasOwners { cells.append(info.owner?.displayName ?? "") }
            table.add(cells + [(info.isDamaged ? "(damaged) " : "") + (info.title ?? "")])
        }
        return table
    }
}

extension ConversationLibrary {
    /// Returns conversations from as many pages as the limit needs.
    nonisolated(nonsending) func conversations(
        _ request: ListRequest,
        limit: Int
    ) async throws -> [ConversationInfo] {
        var request = request
        request.limit = min(limit, 1000)
        var infos: [ConversationInfo] = []
        for try await info in conversations(request) {
            infos.append(info)
            if infos.count == limit { break }
        }
        return infos
    }
}
