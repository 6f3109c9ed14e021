#if SQLite
public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Lists conversations by an index of their dates; titles are looked through on the way.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        let scope = request.owner.map(scope.narrowed) ?? scope
        guard !scope.isEmpty, request.limit > 0 else { return ListPage(conversations: [], next: nil) }
        let query = ListQuery(request, scope)
        let title = request.title.map(SearchExpression.init)
        return try await read("list") { (database) throws(SQLiteFailure) in
            try database.withUncachedStatement(query.sql) { (statement) throws(SQLiteFailure) in
                try query.bind(to: statement)
                var page = ListPage(conversations: [], next: nil)
                while try statement.step() {
                    let info = try ConversationRow(statement).info
                    if let title, title.match(in: info.title ?? "") == nil { continue }
                    guard page.conversations.count < request.limit else {
                        page.next = page.conversations.last.map(ListCursor.init)
                        break
                    }
                    page.conversations.append(damage.told(info))
                }
                return page
            }
        }
    }
}

/// A list as a query: conditions that are not there do not keep an index from being used.
struct ListQuery: Sendable {
    private enum Value: Sendable {
        case text(String)
        case date(Date)
    }

    private var conditions: [String]
    private var values: [Value] = []
    private let order: String

    init(_ request: ListRequest, _ scope: LibraryScope) {
        conditions = [request.trash == .only ? "deleted IS NOT NULL" : "deleted IS NULL"]
        let isDescending = request.order == .newestFirst
        order = isDescending ? "updated DESC, id" : "updated, id"
        if let user = scope.user { add("owner_user = ", .text(user)) }
        if let organization = scope.organization {
            // The sign keeps its index from being used: an organisation has more conversations than a user of it.
            add(scope.user == nil ? "owner_organization = " : "+owner_organization = ", .text(organization))
        }
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
            values.append(.text(cursor.id.rawValue))
            conditions.append("(updated \(isDescending ? "<" : ">") ?\(date) OR id > ?\(values.count))")
        }
    }

    private mutating func add(_ condition: String, _ value: Value) {
        values.append(value)
        conditions.append("\(condition)?\(values.count)")
    }

    /// The query; values are parameters of it.
    var sql: String {
        "SELECT \(ConversationRow.columns) FROM conversations WHERE \(conditions.joined(separator: " AND ")) "
            + "ORDER BY \(order)"
    }

    func bind(to statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        for (offset, value) in values.enumerated() {
            switch value {
            case .text(let text): try statement.bind(text, at: Int32(offset + 1))
            case .date(let date): try statement.bind(date, at: Int32(offset + 1))
            }
        }
    }
}
#endif
