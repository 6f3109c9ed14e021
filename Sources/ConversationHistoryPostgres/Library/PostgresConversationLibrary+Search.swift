#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// Finds entries by their text; an index of words selects the entries to read.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try request.checkDates("search")
        let expression = SearchExpression(request.text)
        guard !expression.isEmpty, !scope.isEmpty, request.limit > 0 else { return [] }
        let query = Self.candidates(request, expression, scope)
        let isByDate = request.order == .newestFirst
        // By date, most candidates are hits, so the first round trip usually returns the whole page.
        let count = isByDate ? min(max(request.limit, 20), 480) + 20 : 500
        return try await read("search") { (session) throws(PostgresFailure) in
            try session.transaction(.read, scope) { (session) throws(PostgresFailure) in
                var hits = SearchHits(request, expression)
                let start = [LibrarySchema.checkSearchVersion, query]
                try session.eachRow(openedBy: start, count: count) { (rows) throws(PostgresFailure) in
                    for row in 0..<rows.count {
                        try look(at: rows, row, for: request, &hits)
                        // By rank, the last candidate may be the first hit.
                        if isByDate, hits.count == request.limit { return false }
                    }
                    return true
                }
                return hits.page
            }
        }
    }

    /// Adds a candidate to the hits if it matches.
    private func look(
        at rows: PostgresResult,
        _ row: Int,
        for request: SearchRequest,
        _ hits: inout SearchHits
    ) throws(PostgresFailure) {
        let cursor = SearchCursor(
            occurrences: 0,
            date: try rows.date(row, 3),
            conversation: ConversationID(try rows.requiredName(row, 0)),
            position: try rows.int(row, 2)
        )
        if request.order == .newestFirst, let after = request.after {
            // By date, an entry of an earlier page is recognized before anything is decoded.
            guard request.order.precedes(after, cursor) else { return }
        }
        let (entry, title): (HistoryEntry<Message>, String?)
        do throws(PostgresFailure) {
            entry = try self.entry(rows, row, 4, "search")
            title = try rows.name(row, 1)
        } catch {
            // A damaged entry is skipped, so that the others are found.
            return
        }
        hits.look(at: entry, position: cursor.position, of: cursor.conversation, title: title)
    }

    /// Returns the command that finds the entries with all the words, the newest first.
    private static func candidates(
        _ request: SearchRequest,
        _ expression: SearchExpression,
        _ scope: LibraryScope
    ) -> PostgresCommand {
        let words = Set(expression.indexPhrases.flatMap { $0.split(separator: " ") }).sorted().map(String.init)
        let after = request.order == .newestFirst ? request.after : nil
        return PostgresCommand(
            "SELECT search_entries($1, $2, $3, $4, $5, $6, $7, $8)",
            [.texts(words)] + PostgresCommand.owned(scope) + [
                .name(request.conversation?.rawValue), .date(request.dates?.lowerBound),
                .date(request.dates?.upperBound), .date(after?.date), .bool(after != nil && after?.date == nil),
            ]
        )
    }
}
#endif
