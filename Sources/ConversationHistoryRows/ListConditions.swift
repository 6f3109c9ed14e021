import ConversationHistory
package import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a list asks for, as conditions on the rows of conversations in a database.
///
/// Conditions that are not asked for are not there, so that they do not keep an index from being used.
package struct ListConditions: Sendable {
    /// A parameter of the query.
    package enum Value: Sendable {
        case name(String)
        case date(Date)
    }

    private let sign: String
    private var conditions: [String]

    /// The parameters, the first of which has the number 1.
    package private(set) var values: [Value] = []

    /// What the rows are ordered by.
    package let order: String

    /// What is behind `WHERE`.
    package var sql: String { conditions.joined(separator: " AND ") }

    /// Creates the conditions.
    ///
    /// - Parameters:
    ///   - sign: What is before the number of a parameter.
    ///   - unindexed: Writes a column in a way that keeps its index from being used.
    package init(
        _ request: ListRequest,
        _ scope: LibraryScope,
        sign: String,
        unindexed: (String) -> String = { $0 }
    ) {
        self.sign = sign
        conditions = [request.trash == .only ? "deleted IS NOT NULL" : "deleted IS NULL"]
        let isDescending = request.order == .newestFirst
        // The oldest are read from the index's end, where the ids of one date are in reverse: those few are sorted.
        order = isDescending ? "updated DESC, id" : "updated, id"
        if let user = scope.user { add("owner_user", "=", .name(user)) }
        if let organization = scope.organization {
            // An organisation has more conversations than a user of it, whose index is the one to be used.
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
