#if SQLite
import ConversationHistory
@testable import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

/// Each column of each table is damaged in turn: what keeps a verb from its answer, a verification has to tell.
@Suite("An SQLite library in which one value is wrong", .hangGuard)
struct SQLiteColumnDamageTests {
    let directory = TemporaryDirectory()

    private static let largest = "9223372036854775807"
    private static let smallest = "-9223372036854775808"
    private static let conversation = "id = 'a'"
    private static let position = "conversation = 1 AND list = 0 AND position"
    private static let noText = "CAST(x'ff' AS TEXT)"

    private static let damages: [ColumnDamage] = [
        ColumnDamage("conversations.id", noText, conversation),
        ColumnDamage("conversations.lineage", "7", conversation),
        ColumnDamage("conversations.revision", largest, conversation),
        ColumnDamage("conversations.stamp", "7", conversation),
        ColumnDamage("conversations.title", noText, conversation),
        ColumnDamage("conversations.has_owner", "0", conversation),
        ColumnDamage("conversations.has_owner", "7", conversation),
        ColumnDamage("conversations.owner_user", noText, conversation),
        ColumnDamage("conversations.owner_organization", noText, conversation),
        ColumnDamage("conversations.created", "7", conversation),
        ColumnDamage("conversations.created", "9e999", conversation),
        ColumnDamage("conversations.updated", "7", conversation),
        ColumnDamage("conversations.updated", "9e999", conversation),
        ColumnDamage("conversations.snapshot_updated", "7", conversation),
        ColumnDamage("conversations.snapshot_updated", "-9e999", conversation),
        ColumnDamage("conversations.deleted", "7", conversation),
        ColumnDamage("conversations.metadata", "'{'", conversation),
        ColumnDamage("conversations.has_origin", "1", conversation),
        ColumnDamage("conversations.has_origin", "0", "id = 'fork'"),
        ColumnDamage("conversations.origin_conversation", "'other'", "id = 'fork'"),
        ColumnDamage("conversations.origin_entry", noText, "id = 'fork'"),
        ColumnDamage("conversations.message_count", "message_count + 1", conversation),
        ColumnDamage("conversations.message_count", largest, conversation),
        ColumnDamage("conversations.entry_count", "entry_count + 1", conversation),
        ColumnDamage("conversations.entry_count", "entry_count - 1", conversation),
        ColumnDamage("conversations.entry_count", largest, conversation),
        ColumnDamage("conversations.entry_count", smallest, conversation),
        ColumnDamage("conversations.head", "'{'", conversation), ColumnDamage("entries.id", "'other'", "key = 2"),
        ColumnDamage("entries.id", noText, "key = 2"), ColumnDamage("entries.date", "NULL", "key = 2"),
        ColumnDamage("entries.date", "date + 1", "key = 2"), ColumnDamage("entries.date", "9e999", "key = 2"),
        ColumnDamage("entries.body", "'{}'", "key = 2"), ColumnDamage("entries.body", "body || ' '", "key = 2"),
        ColumnDamage("entries.checksum", "1", "key = 2"), ColumnDamage("history.list", "7", "\(position) = 1"),
        ColumnDamage("history.position", "100", "\(position) = 1"),
        ColumnDamage("history.position", "100", "\(position) = 5"),
        ColumnDamage("history.position", largest, "\(position) = 5"),
        ColumnDamage("history.position", "-1", "\(position) = 5"),
        ColumnDamage("history.is_message", "0", "\(position) = 1"),
        ColumnDamage("history.is_message", "7", "\(position) = 1"),
        ColumnDamage("history.entry", "1", "\(position) = 1"),
        ColumnDamage("turns.position", "100", "conversation = 1 AND position = 1"),
        ColumnDamage("turns.body", "'{'", "conversation = 1 AND position = 1"),
        ColumnDamage("rewinds.list", "9", "true"), ColumnDamage("rewinds.body", "'{'", "true"),
        ColumnDamage("artifacts.name", "'other'", "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.name", noText, "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.version", "7", "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.version", largest, "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.type", noText, "name = 'file'"),
        ColumnDamage("artifacts.created", "7", "name = 'file'"),
        ColumnDamage("artifacts.created", "9e999", "name = 'file'"),
        ColumnDamage("artifacts.data", "x'07'", "name = 'file'"),
        ColumnDamage("artifacts.checksum", "1", "name = 'file'"), ColumnDamage("search.words", "'other'", "rowid = 2"),
        ColumnDamage("search.words", "''", "rowid = 2"), ColumnDamage("search.rowid", "100", "rowid = 2"),
    ]

    /// What may hold any value: nothing else says what it should be.
    private static let free: Set<String> = [
        "conversations.lineage", "conversations.stamp", "conversations.created", "conversations.updated",
        "conversations.snapshot_updated", "conversations.deleted", "artifacts.created",
    ]

    @Test("What keeps a verb from its answer is told", arguments: damages)
    func damaged(_ damage: ColumnDamage) async throws {
        let library = try await directory.openLibrary()
        try await LibraryAnswers.prepare(library)
        #expect(try await library.verify() == [])
        let before = await LibraryAnswers(of: library)
        let count = try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.run(damage.sql)
            return try database.value("SELECT changes()")
        }
        #expect(count != "0")
        let changes = await LibraryAnswers(of: library).changes(since: before)
        let problems = try await library.verify()
        let failures = await LibraryAnswers.failures(of: library)
        if Self.free.contains(damage.column), !damage.sql.contains("9e999") {
            #expect(problems.isEmpty)
        } else {
            #expect(!problems.isEmpty || changes.isEmpty && failures.isEmpty, "\(changes) \(failures)")
        }
    }

    @Test("Words of an entry that is not there are told, as they are in the way of another one")
    func strayWords() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a")
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.execute("INSERT INTO search(rowid, words) VALUES (3, 'stray')")
        }
        #expect(try await library.verify().map(\.kind) == [.staleIndex])
    }

    @Test("Every column is tried")
    func complete() async throws {
        let library = try await directory.openLibrary()
        let columns = try await library.pool.read { (database) throws(SQLiteFailure) in
            try database.value(
                """
                SELECT group_concat(tables.name || '.' || columns.name, ' ')
                FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                WHERE tables.type = 'table' AND tables.name NOT LIKE 'search%' AND tables.name NOT LIKE 'sqlite%'
                  AND tables.name NOT IN ('properties', 'removed_entries') AND columns.name NOT IN ('key', 'conversation')
                """
            )
        }
        let tried = Set(Self.damages.map(\.column)).filter { !$0.hasPrefix("search.") }
        #expect(Set(columns.split(separator: " ").map(String.init)) == tried)
    }
}
#endif
