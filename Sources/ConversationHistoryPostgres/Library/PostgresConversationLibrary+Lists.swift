#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// Lists conversations by an index of their dates; titles are filtered while reading.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try request.checkDates("list")
        let scope = request.owner.map(scope.narrowed) ?? scope
        guard !scope.isEmpty, request.limit > 0 else { return ListPage(conversations: [], next: nil) }
        let query = ListQuery(request, scope)
        guard let title = request.title.map(SearchExpression.init) else {
            let limit = min(request.limit, 1 << 40)
            return try await read("list", [query.command(limit: limit + 1)]) { (results) throws(PostgresFailure) in
                var page = ListPage(conversations: [], next: nil)
                for row in 0..<min(results[0].count, limit) {
                    page.conversations.append(damage.flagging(try ConversationRow(results[0], row).info))
                }
                if results[0].count > limit { page.next = page.conversations.last.map(ListCursor.init) }
                return page
            }
        }
        return try await read("list") { (session) throws(PostgresFailure) in
            try session.transaction(.read, self.scope) { (session) throws(PostgresFailure) in
                var page = ListPage(conversations: [], next: nil)
                try session.eachRow(of: query.command(limit: nil), count: 200) { (rows) throws(PostgresFailure) in
                    for row in 0..<rows.count {
                        let info = damage.flagging(try ConversationRow(rows, row).info)
                        if title.match(in: info.title ?? "") == nil { continue }
                        guard page.conversations.count < request.limit else {
                            page.next = page.conversations.last.map(ListCursor.init)
                            return false
                        }
                        page.conversations.append(info)
                    }
                    return true
                }
                return page
            }
        }
    }
}

/// A list request as a query, which the server plans anew each time for its values.
private struct ListQuery: Sendable {
    private let conditions: ListConditions

    init(_ request: ListRequest, _ scope: LibraryScope) { conditions = ListConditions(request, scope, sign: "$") }

    /// Returns the query, which lists all conversations if there is no limit.
    func command(limit: Int?) -> PostgresCommand {
        var sql = """
            SELECT \(ConversationRow.columns) FROM conversations WHERE \(conditions.sql)
            ORDER BY \(conditions.order)
            """
        var parameters = conditions.values.map { value -> PostgresValue in
            switch value {
            case .name(let name): .name(name)
            case .date(let date): .date(date)
            }
        }
        if let limit {
            parameters.append(.int(limit))
            sql += " LIMIT $\(parameters.count)"
        }
        return PostgresCommand(sql, parameters, isKept: false)
    }
}
#endif
