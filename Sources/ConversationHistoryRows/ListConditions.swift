import ConversationHistory
package import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The conditions of a list request on the conversation rows of a database.
///
/// Only requested conditions appear, since others could keep an index from being used.
package struct ListConditions: Sendable {
    /// A parameter of the query.
    package enum Value: Sendable {
        case name(String)
        case date(Date)
    }

    private let sign: String
    private var conditions: [String]

    /// The parameters, numbered from 1.
    package private(set) var values: [Value] = []

    /// The terms of the `ORDER BY` clause.
    package let order: String

    /// The condition of the `WHERE` clause.
    package var sql: String { conditions.joined(separator: " AND ") }

    /// Creates the conditions of a request.
    ///
    /// - Parameters:
    ///   - sign: The prefix of a parameter's number.
    ///   - unindexed: Wraps a column so that its index is not used.
    package init(
        _ request: ListRequest,
        _ scope: LibraryScope,
        sign: String,
        unindexed: (String) -> String = { $0 }
    ) {
        self.sign = sign
        conditions = [request.trash == .only ? "deleted IS NOT NULL" : "deleted IS NULL"]
        let isDescending = request.order == .newestFirst
        // The oldest conversations are read from the index's end, where the ids of equal dates are in reverse order:
        // only those few are sorted.
        order = isDescending ? "updated DESC, id" : "updated, id"
        if let user = scope.user { add("owner_user", "=", .name(user)) }
        if let organization = scope.organization {
            // A user has fewer conversations than the organization, so the user's index is the one to use.
            let column = "owner_organization"
            add(scope.user == nil ? column : unindexed(column), "=", .name(organization))
        }
        if let created = request.created {
            add("created", ">=", .date(created.lowerBound))
            add("created", "<", .date(created.upperBound))
        }
        if let updated = request.updated {
            add("updated", ">=", .date(updated.lowerBound))
            add("updated", "<", .date(updated.upperBound))
        }
        if let cursor = request.cursor {
            add("updated", isDescending ? "<=" : ">=", .date(cursor.updated))
            let date = values.count
            values.append(.name(cursor.id.rawValue))
            conditions.append("(updated \(isDescending ? "<" : ">") \(sign)\(date) OR id > \(sign)\(values.count))")
        }
    }

    private mutating func add(_ column: String, _ comparison: String, _ value: Value) {
        values.append(value)
        conditions.append("\(column) \(comparison) \(sign)\(values.count)")
    }
}
