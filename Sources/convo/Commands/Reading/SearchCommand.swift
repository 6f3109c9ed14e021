import ConversationHistory
import ConversationHistoryLibrary

/// `convo search`: the entries in which something is found.
struct SearchCommand: LibraryCommand {
    static let name = "search"
    static let group = CommandGroup.reading
    static let abstract = "Find what was said"
    static let operands = "-- QUERY"
    static let options =
        [
            .value("conversation", "ID", "Only in this conversation"),
            .value("role", "ROLES", "Only messages of these roles, such as user,assistant"),
            .value("since", "DATE", "Only what was said on this day or later"),
            .value("until", "DATE", "Only what was said on this day or before"),
            .value("order", "ORDER", "\"newest\" first, or by \"rank\": how often it is found"),
            .value("limit", "N", "At most so many; all unless given"),
            .json,
        ] + LibraryOptions.declared
    static let help = (
        introduction: """
        Finds the entries in which all words of a query are, in any script and without regard to case and accents.
        Words in double quotes are sought side by side; nothing else in a query has a meaning, so none is wrong.
        """,
        notes: """
        \(LibraryOptions.note)

        --json prints an array of objects with the members conversation, title, entry (its id), position (from 0),
        date, role, snippet (text, and matches: pairs of UTF-8 offsets in it), occurrences.

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
        guard !arguments.operands.isEmpty else { throw arguments.error("Give the words to look for, behind --") }
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
            // One that is not there is a slip of the pen, and not a conversation in which nothing is found.
            let info = try await library.about(id) { try await library.info(of: id) }
            guard info.deleted == nil else { throw LibraryFailure.inTrash(id) }
        }
        let hits = try await library.hits(request, limit: limit)
        if isJSON {
            terminal.send(JSONListing.array(hits.map(\.json)))
        } else if hits.isEmpty {
            terminal.hint("Nothing was found.")
        } else {
            var text = StyledText()
            for hit in hits { text.append(HitText.text(of: hit, width: terminal.width)) }
            terminal.send(text)
        }
        return .success
    }
}

extension ConversationLibrary {
    /// Finds entries, page after page.
    nonisolated(nonsending) fileprivate func hits(
        _ request: SearchRequest,
        limit: Int
    ) async throws(HistoryStoreError) -> [SearchHit] {
        var request = request
        var hits: [SearchHit] = []
        while true {
            // There are libraries that read everything for each page.
            request.limit = min(limit - hits.count, 10_000)
            let page = try await search(request)
            hits += page
            guard page.count == request.limit, hits.count < limit else { return hits }
            request.after = page.last?.cursor
        }
    }
}
