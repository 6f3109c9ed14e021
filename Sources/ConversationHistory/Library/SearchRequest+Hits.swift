#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SearchRequest {
    /// Whether an entry is one of those that are searched.
    package func includes<Message>(_ entry: HistoryEntry<Message>) -> Bool {
        guard let message = entry.message, roles.isEmpty || roles.contains(message.role) else { return false }
        guard let dates else { return true }
        return entry.date.map(dates.contains) ?? false
    }

    /// Returns the hit that an entry is, if all that is sought stands in it.
    ///
    /// - Parameters:
    ///   - expression: What ``text`` means; parsed once for all entries.
    ///   - entry: An entry that is searched.
    package func hit<Message>(
        _ expression: SearchExpression,
        in entry: HistoryEntry<Message>,
        at position: Int,
        of conversation: ConversationID,
        title: String?
    ) -> SearchHit? {
        guard includes(entry), let message = entry.message else { return nil }
        let text = message.searchableText
        guard let match = expression.match(in: text) else { return nil }
        return SearchHit(
            conversation: conversation,
            title: title,
            entry: entry.id,
            position: position,
            date: entry.date,
            role: message.role,
            snippet: SearchSnippet(of: text, match: match),
            occurrences: match.occurrences.count
        )
    }

    /// Returns the page that is asked for, out of all hits.
    package func page(of hits: [SearchHit]) -> [SearchHit] {
        let sorted = hits.sorted { order.precedes($0.cursor, $1.cursor) }
        let rest = after.map { after in sorted.drop { !order.precedes(after, $0.cursor) } } ?? sorted[...]
        return Array(rest.prefix(max(0, limit)))
    }
}
