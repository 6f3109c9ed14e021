#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Searches the text of entries; only entries that the full-text index finds are read.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try request.checkDates("search")
        let expression = SearchExpression(request.text)
        guard let query = expression.ftsQuery, !scope.isEmpty, request.limit > 0 else { return [] }
        return try await read("search") { (database) throws(SQLiteFailure) in
            var hits = SearchHits(request, expression)
            try eachCandidate(of: request, query, in: database) { (candidate) throws(SQLiteFailure) in
                if request.order == .newestFirst, let after = request.after {
                    // In the order of dates, an entry from an earlier page is recognized before it is read.
                    guard request.order.precedes(after, candidate.cursor) else { return true }
                }
                // A damaged entry is skipped, so that the others are still found.
                guard let entry = try readable(candidate.entry, in: database) else { return true }
                hits.look(
                    at: entry,
                    position: candidate.cursor.position,
                    of: candidate.cursor.conversation,
                    title: candidate.title
                )
                // In the order of rank, the last candidate may be the first hit.
                return request.order != .newestFirst || hits.count < request.limit
            }
            return hits.page
        }
    }

    /// Calls a closure with each entry that has all the tokens, newest first, until it returns `false`.
    private func eachCandidate(
        of request: SearchRequest,
        _ query: String,
        in database: borrowing SQLiteDatabase,
        _ body: (SearchCandidate) throws(SQLiteFailure) -> Bool
    ) throws(SQLiteFailure) {
        let keys = try request.conversation.map { (id) throws(SQLiteFailure) in try self.keys(of: id, in: database) }
        // CROSS JOIN fixes the order, because the planner cannot know how few rows the index leaves. The entries come
        // last: their rows are long, and those of other owners' conversations need not be read.
        try database.withStatement(
            """
            SELECT history.entry, conversations.id, conversations.title, history.position, entries.date
            FROM search
              CROSS JOIN history ON history.entry = search.rowid AND history.list = 0
              CROSS JOIN conversations ON conversations.key = history.conversation
              CROSS JOIN entries ON entries.key = search.rowid
            WHERE search.words MATCH (
                SELECT CASE WHEN CAST(ifnull(max(value), 0) AS INTEGER) <= ?9 THEN ?1 ELSE ?10 END FROM properties
                WHERE name = ?11) AND search.rowid BETWEEN ?7 AND ?8 AND conversations.deleted IS NULL
              AND (?2 IS NULL OR conversations.owner_user = ?2)
              AND (?3 IS NULL OR conversations.owner_organization = ?3)
              AND (?4 IS NULL OR conversations.id = ?4)
              AND (?5 IS NULL OR entries.date >= ?5) AND (?6 IS NULL OR entries.date < ?6)
            ORDER BY entries.date DESC NULLS LAST, conversations.id, history.position DESC
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind("(\(query)) OR \"\(LibrarySchema.unknownWords)\"", at: 1)
            try statement.bind(scope, at: 2)
            try statement.bind(request.conversation?.rawValue, at: 4)
            try statement.bind(request.dates?.lowerBound, at: 5)
            try statement.bind(request.dates?.upperBound, at: 6)
            try statement.bind(keys?.lowerBound ?? .min, at: 7)
            try statement.bind(keys?.upperBound ?? .max, at: 8)
            try statement.bind(SearchTokenizer.version, at: 9)
            try statement.bind(Self.noQuery, at: 10)
            try statement.bind(LibrarySchema.searchVersionName, at: 11)
            while try step(&statement, in: database) {
                // A candidate with a damaged value, such as a conversation's title, is skipped.
                guard let candidate = try SearchCandidate(statement) else { continue }
                guard try body(candidate) else { break }
            }
        }
    }

    /// A text that FTS5 rejects as a query.
    private static var noQuery: String { "\"" }

    /// Advances to the next candidate.
    ///
    /// - Throws: `newerVersion` if a later version of this package built the index.
    private func step(
        _ statement: inout SQLiteStatement,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Bool {
        do throws(SQLiteFailure) { return try statement.step() } catch {
            try database.checkSearchVersion()
            throw error
        }
    }

    /// Returns the range of the keys of a conversation's entries, so that less of the index is searched.
    private func keys(
        of id: ConversationID,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> ClosedRange<Int64> {
        try database.withStatement(
            """
            SELECT ifnull(min(entry), 0), ifnull(max(entry), 0) FROM history
            WHERE list = 0 AND conversation = (SELECT key FROM conversations WHERE id = ?1)
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(id.rawValue, at: 1)
            guard try statement.step() else { return 0...0 }
            return try statement.int64(at: 0)...statement.int64(at: 1)
        }
    }

    /// Returns the entry with a key, or `nil` if it is damaged.
    private func readable(
        _ key: Int64,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> HistoryEntry<Message>? {
        do throws(SQLiteFailure) { return try entry(key, in: database, "search") } catch {
            guard error.isAboutValue else { throw error }
            return nil
        }
    }

    /// Returns the entry with a key.
    func entry(
        _ key: Int64,
        in database: borrowing SQLiteDatabase,
        _ operation: String
    ) throws(SQLiteFailure) -> HistoryEntry<Message> {
        try database.withStatement("SELECT body, checksum FROM entries WHERE key = ?1") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            guard try statement.step() else { throw .missingRow }
            return try entry(at: 0, of: statement, in: database, operation)
        }
    }
}

/// An entry that the index found and that is not read yet.
private struct SearchCandidate {
    let entry: Int64
    let title: String?
    /// The position of the entry in the order of dates.
    let cursor: SearchCursor

    /// Reads the current row of a statement, or returns `nil` if a value in it is damaged.
    init?(_ statement: borrowing SQLiteStatement) throws(SQLiteFailure) {
        do throws(SQLiteFailure) {
            entry = try statement.int64(at: 0)
            title = try statement.textIfPresent(at: 2)
            cursor = SearchCursor(
                occurrences: 0,
                date: try statement.dateIfPresent(at: 4),
                conversation: ConversationID(try statement.text(at: 1)),
                position: try statement.int(at: 3)
            )
        } catch {
            guard error.isAboutValue else { throw error }
            return nil
        }
    }
}
#endif
