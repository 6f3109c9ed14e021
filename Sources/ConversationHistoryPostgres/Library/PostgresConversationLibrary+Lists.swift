#if PostgreSQL
public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension PostgresConversationLibrary {
    /// Lists conversations by an index of their dates; titles are looked through on the way.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        let scope = request.owner.map(scope.narrowed) ?? scope
        guard !scope.isEmpty, request.limit > 0 else { return ListPage(conversations: [], next: nil) }
        let query = ListQuery(request, scope)
        guard let title = request.title.map(SearchExpression.init) else {
            let limit = min(request.limit, 1 << 40)
            return try await read("list", [query.command(limit: limit + 1)]) { (results) throws(PostgresFailure) in
                var page = ListPage(conversations: [], next: nil)
                for row in 0..<min(results[0].count, limit) {
                    page.conversations.append(damage.told(try ConversationRow(results[0], row).info))
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
                        let info = damage.told(try ConversationRow(rows, row).info)
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

/// A list as a query: conditions that are not there do not keep an index from being used.
private struct ListQuery: Sendable {
    private var conditions: [String]
    private var values: [PostgresValue] = []
    private let order: String

    init(_ request: ListRequest, _ scope: LibraryScope) {
        conditions = [request.trash == .only ? "deleted IS NOT NULL" : "deleted IS NULL"]
        let isDescending = request.order == .newestFirst
        // The oldest are read from the index's end, where the ids of one date are in reverse: those few are sorted.
        order = isDescending ? "updated DESC, id" : "updated, id"
        if let user = scope.user { add("owner_user = ", .name(user)) }
        if let organization = scope.organization { add("owner_organization = ", .name(organization)) }
        if let created = request.created {
            add("created >= ", .date(created.lowerBound))
            add("created < ", .date(created.upperBound))
        }
        if let updated = request.updated {
            add("updated >= ", .date(updated.lowerBound))
            add("updated < ", .date(updated.upperBound))
        }
        if let cursor = request.cursor {
            add(isDescending ? "updated <= " : "updated >= ", .date(cursor.updated))
            let date = values.count
            values.append(.name(cursor.id.rawValue))
            conditions.append("(updated \(isDescending ? "<" : ">") $\(date) OR id > $\(values.count))")
        }
    }

    private mutating func add(_ condition: String, _ value: PostgresValue) {
        values.append(value)
        conditions.append("\(condition)$\(values.count)")
    }

    /// The query, planned for its values each time.
    func command(limit: Int?) -> PostgresCommand {
        var sql = """
            SELECT \(ConversationRow.columns) FROM conversations WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(order)
            """
        var parameters = values
        if let limit {
            parameters.append(.int(limit))
            sql += " LIMIT $\(parameters.count)"
        }
        return PostgresCommand(sql, parameters, isKept: false)
    }
}
#endif
