package import ConversationHistory

/// A collector for one page of hits out of all examined entries; it creates snippets only for that page.
package struct SearchHits: Sendable {
    /// An entry that matches.
    private struct Found: Sendable {
        let cursor: SearchCursor
        let entry: EntryID
        let role: MessageRole
        let title: String?
        let text: String
        let match: SearchMatch
    }

    private let request: SearchRequest
    private let expression: SearchExpression
    private var first: FirstElements<Found>

    /// The number of hits after the cursor of the request.
    package private(set) var count = 0

    /// Creates a collector without hits.
    ///
    /// - Parameter expression: The parsed ``SearchRequest/text``.
    package init(_ request: SearchRequest, _ expression: SearchExpression) {
        self.request = request
        self.expression = expression
        first = FirstElements(request.limit) { [order = request.order] in order.precedes($0.cursor, $1.cursor) }
    }

    /// Adds an entry if it is a hit.
    package mutating func look<Message>(
        at entry: HistoryEntry<Message>,
        position: Int,
        of conversation: ConversationID,
        title: String?
    ) {
        guard request.includes(entry), let message = entry.message else { return }
        let text = message.searchableText
        guard let match = expression.match(in: text) else { return }
        let cursor = SearchCursor(
            occurrences: match.occurrences.count,
            date: entry.date,
            conversation: conversation,
            position: position
        )
        if let after = request.after, !request.order.precedes(after, cursor) { return }
        count += 1
        first.add(
            Found(cursor: cursor, entry: entry.id, role: message.role, title: title, text: text, match: match)
        )
    }

    /// The requested page.
    package var page: [SearchHit] {
        first.sorted.map { found in
            SearchHit(
                conversation: found.cursor.conversation,
                title: found.title,
                entry: found.entry,
                position: found.cursor.position,
                date: found.cursor.date,
                role: found.role,
                snippet: SearchSnippet(of: found.text, match: found.match),
                occurrences: found.match.occurrences.count
            )
        }
    }
}
