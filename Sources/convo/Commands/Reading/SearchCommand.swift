import ConversationHistory
import ConversationHistoryLibrary

/// `convo search`: finds the entries that match a query.
struct SearchCommand: LibraryCommand {
    static let name = "search"
    static let group = CommandGroup.reading
    static let abstract = "Search conversations for words and phrases"
    static let operands = "-- QUERY"
    static let options =
        [
            .value("conversation", "ID", "Only in this conversation"),
            .value("role", "ROLES", "Only messages with these roles, such as user,assistant"),
            .value("since", "DATE", "Only entries from this day or later"),
            .value("until", "DATE", "Only entries from this day or earlier"),
            .value("order", "ORDER", "\"newest\" first (the default), or by \"rank\": the most occurrences first"),
            .value("limit", "N", "At most N entries; defaults to all"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Finds the entries that contain all words of a query, in any script, and ignores case and accents. Double
        quotes search for a phrase; no other character is special.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an array of objects with the members conversation, title, entry (its id), position (from 0),
        date, role, snippet (text, and matches: pairs of UTF-8 offsets into it), occurrences.

        Examples:
          convo search --library conversations -- trip to tokyo
          convo search --library conversations --role user -- '"trip to tokyo"'
        """
    )

    let library: LibraryOptions
    private let request: SearchRequest
    private let limit: Int
    private let isJSON: Bool

    init(_ arguments: ParsedArguments) throws(UsageError) {
        let text = arguments.operands.joined(separator: " ")
        guard !arguments.operands.isEmpty else { throw arguments.error("Give the search words after --") }
        library = try LibraryOptions(arguments)
        limit = try arguments.count("limit") ?? .max
        isJSON = arguments.has("json")
        let order = try arguments.choice("order", ["newest", "rank"])
        let roles = try arguments.words("role")?.map { MessageRole(rawValue: $0) } ?? []
        request = SearchRequest(
            text,
            conversation: arguments.value("conversation").map { ConversationID($0) },
            roles: Set(roles),
            dates: try arguments.dates(),
            order: order == "rank" ? .byRank : .newestFirst
        )
    }

    func run(_ library: some ConversationLibrary<ChatMessage>, _ terminal: Terminal) async throws -> ExitCode {
        if let id = request.conversation {
            // A search in an unknown conversation is more likely a typo than a search without results.
            let info = try await library.reportingMissing(id) { try await library.info(of: id) }
            guard info.deleted == nil else { throw LibraryFailure.inTrash(id) }
        }
        let hits = try await library.hits(request, limit: limit)
        if isJSON {
            terminal.send(JSONListing.array(hits.map(\.json)))
        } else if hits.isEmpty {
            terminal.hint("No entries were found.")
        } else {
            var text = StyledText()
            for hit in hits { text.append(HitText.text(of: hit, width: terminal.width)) }
            terminal.send(text)
        }
        return .success
    }
}

extension ConversationLibrary {
    /// Returns hits from as many pages as the limit needs.
    nonisolated(nonsending) fileprivate func hits(
        _ request: SearchRequest,
        limit: Int
    ) async throws(HistoryStoreError) -> [SearchHit] {
        var request = request
        var hits: [SearchHit] = []
        while true {
            // Pages are large, because some libraries read everything for each page.
            request.limit = min(limit - hits.count, 10_000)
            let page = try await search(request)
            hits += page
            guard page.count == request.limit, hits.count < limit else { return hits }
            request.after = page.last?.cursor
        }
    }
}
