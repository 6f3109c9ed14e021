#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Finds entries by what they say; the full-text index says which ones are read at all.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try request.checkDates("search")
        let expression = SearchExpression(request.text)
        guard let query = expression.ftsQuery, !scope.isEmpty, request.limit > 0 else { return [] }
        return try await read("search") { (database) throws(SQLiteFailure) in
            var hits = SearchHits(request, expression)
            try eachCandidate(of: request, query, in: database) { (candidate) throws(SQLiteFailure) in
                if request.order == .newestFirst, let after = request.after {
                    // By date, it is known before anything is read whether the entry was on an earlier page.
                    guard request.order.precedes(after, candidate.cursor) else { return true }
                }
                // One that is damaged is not found; the others are nonetheless.
                guard let entry = try readable(candidate.entry, in: database) else { return true }
                hits.look(
                    at: entry,
                    position: candidate.cursor.position,
                    of: candidate.cursor.conversation,
                    title: candidate.title
                )
                // By rank, the last candidate may be the first hit.
                return request.order != .newestFirst || hits.count < request.limit
            }
            return hits.page
        }
    }

    /// Passes on the entries that have all the tokens, the newest first, until there is no more interest.
    private func eachCandidate(
        of request: SearchRequest,
        _ query: String,
        in database: borrowing SQLiteDatabase,
        _ body: (SearchCandidate) throws(SQLiteFailure) -> Bool
    ) throws(SQLiteFailure) {
        let keys = try request.conversation.map { (id) throws(SQLiteFailure) in try self.keys(of: id, in: database) }
        // The order of the joins is given, since the planner cannot know how few rows the index leaves. The entries come
        // last: their rows are long, and those of others' conversations need not be read.
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
                // That of a conversation whose title is damaged, for one, is not found.
                guard let candidate = try SearchCandidate(statement) else { continue }
                guard try body(candidate) else { break }
            }
        }
    }

    /// What no index takes for a query.
    private static var noQuery: String { "\"" }

    /// Goes on to the next candidate; an index that a later version has made is not asked.
    private func step(
        _ statement: inout SQLiteStatement,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Bool {
        do throws(SQLiteFailure) { return try statement.step() } catch {
            try database.checkSearchVersion()
            throw error
        }
    }

    /// The keys between which those of a conversation's entries lie: so much less of the index is looked at.
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

    /// Returns the entry of a key; `nil` if it is damaged.
    private func readable(
        _ key: Int64,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> HistoryEntry<Message>? {
        do throws(SQLiteFailure) { return try entry(key, in: database, "search") } catch {
            guard error.isAboutValue else { throw error }
            return nil
        }
    }

    /// Returns the entry of a key.
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

/// An entry that the index has found, not read yet.
private struct SearchCandidate {
    let entry: Int64
    let title: String?
    /// Its place by date.
    let cursor: SearchCursor

    /// Reads the row that a statement has come to; `nil` if a value in it is damaged.
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
