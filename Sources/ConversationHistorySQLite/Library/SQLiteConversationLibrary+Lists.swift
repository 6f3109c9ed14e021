#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Lists conversations through an index on their dates; titles are filtered row by row.
    public func list(_ request: ListRequest) async throws(HistoryStoreError) -> ListPage {
        try request.checkDates("list")
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
                    page.conversations.append(damage.flagging(info))
                }
                return page
            }
        }
    }
}

/// An SQL query for a list request.
struct ListQuery: Sendable {
    private let conditions: ListConditions

    init(_ request: ListRequest, _ scope: LibraryScope) {
        conditions = ListConditions(request, scope, sign: "?", unindexed: { "+" + $0 })
    }

    /// The SQL of the query; all values are parameters.
    var sql: String {
        "SELECT \(ConversationRow.columns) FROM conversations WHERE \(conditions.sql) ORDER BY \(conditions.order)"
    }

    func bind(to statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        for (offset, value) in conditions.values.enumerated() {
            switch value {
            case .name(let text): try statement.bind(text, at: Int32(offset + 1))
            case .date(let date): try statement.bind(date, at: Int32(offset + 1))
            }
        }
    }
}
#endif
