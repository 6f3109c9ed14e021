#if PostgreSQL
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// Each column of each table is damaged in turn: what keeps a verb from its answer, a verification has to tell.
@Suite("A PostgreSQL library in which one value is wrong", .withServer, .hangGuard)
struct PostgresColumnDamageTests {
    private static let largest = "9223372036854775807"
    private static let conversation = "id = 'a'"
    private static let entry = "position = 1 AND list = 0"
    private static let noText = "'\\xff'"

    private static let damages: [ColumnDamage] = [
        ColumnDamage("conversations.id", noText, conversation),
        ColumnDamage("conversations.revision", largest, conversation),
        ColumnDamage("conversations.revision", "-7", conversation),
        ColumnDamage("conversations.stamp", "7", conversation),
        ColumnDamage("conversations.title", noText, conversation),
        ColumnDamage("conversations.has_owner", "false", conversation),
        ColumnDamage("conversations.owner_user", noText, conversation),
        ColumnDamage("conversations.owner_organization", noText, conversation),
        ColumnDamage("conversations.created", "7", conversation),
        ColumnDamage("conversations.updated", "7", conversation),
        ColumnDamage("conversations.snapshot_updated", "7", conversation),
        ColumnDamage("conversations.deleted", "7", conversation),
        ColumnDamage("conversations.metadata", "'{'", conversation),
        ColumnDamage("conversations.metadata", "'[]'", conversation),
        ColumnDamage("conversations.has_origin", "true", conversation),
        ColumnDamage("conversations.has_origin", "false", "id = 'fork'"),
        ColumnDamage("conversations.origin_conversation", "'other'", "id = 'fork'"),
        ColumnDamage("conversations.origin_entry", noText, "id = 'fork'"),
        ColumnDamage("conversations.message_count", "message_count + 1", conversation),
        ColumnDamage("conversations.message_count", largest, conversation),
        ColumnDamage("conversations.message_count", "-\(largest) - 1", conversation),
        ColumnDamage("conversations.entry_count", "entry_count + 1", conversation),
        ColumnDamage("conversations.entry_count", "entry_count - 1", conversation),
        ColumnDamage("conversations.entry_count", largest, conversation),
        ColumnDamage("conversations.entry_count", "-\(largest) - 1", conversation),
        ColumnDamage("conversations.turn_count", "turn_count + 1", conversation),
        ColumnDamage("conversations.turn_count", "-\(largest) - 1", conversation),
        ColumnDamage("conversations.rewind_count", "0", conversation),
        ColumnDamage("conversations.rewind_count", largest, conversation),
        ColumnDamage("conversations.head", "'{'", conversation),
        ColumnDamage("entries.list", "7", entry), ColumnDamage("entries.position", "100", entry),
        ColumnDamage("entries.position", "100", "position = 5 AND list = 0"),
        ColumnDamage("entries.position", largest, "position = 5 AND list = 0"),
        ColumnDamage("entries.position", "-1", "position = 5 AND list = 0"),
        ColumnDamage("entries.position", "100", "position = 1 AND list = 1"),
        ColumnDamage("entries.id", "'other'", entry),
        ColumnDamage("entries.id", noText, entry), ColumnDamage("entries.date", "NULL", entry),
        ColumnDamage("entries.date", "date + 1", entry), ColumnDamage("entries.is_message", "NOT is_message", entry),
        ColumnDamage("entries.body", "'{}'", entry), ColumnDamage("entries.body", "body || ' '", entry),
        ColumnDamage("entries.checksum", "0", entry), ColumnDamage("entries.words", "NULL", entry),
        ColumnDamage("entries.words", "'{other}'", entry), ColumnDamage("turns.position", "100", "position = 1"),
        ColumnDamage("turns.position", "100", "position = 2"), ColumnDamage("turns.body", "'{'", "position = 1"),
        ColumnDamage("turns.body", "(SELECT body FROM entries LIMIT 1)", "position = 1"),
        ColumnDamage("rewinds.list", "9", "true"),
        ColumnDamage("rewinds.entry_count", "entry_count + 1", "true"), ColumnDamage("rewinds.body", "'{'", "true"),
        ColumnDamage("artifacts.name", "'other'", "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.name", noText, "name = 'empty'  AND version = 2"),
        ColumnDamage("artifacts.version", "7", "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.version", largest, "name = 'empty' AND version = 2"),
        ColumnDamage("artifacts.type", noText, "name = 'file'"),
        ColumnDamage("artifacts.created", "7", "name = 'file'"),
        ColumnDamage("artifacts.byte_count", "byte_count + 1", "name = 'file'"),
        ColumnDamage("artifacts.byte_count", "-7", "name = 'file'"),
        ColumnDamage("artifacts.byte_count", largest, "name = 'file'"),
        ColumnDamage("artifact_chunks.number", "1", "true"), ColumnDamage("artifact_chunks.number", largest, "true"),
        ColumnDamage("artifact_chunks.data", "'other'", "true"),
        ColumnDamage("artifact_chunks.digest", "'other'", "true"),
    ]

    /// What may hold any value: nothing else says what it should be.
    private static let free: Set<String> = [
        "conversations.stamp", "conversations.created", "conversations.updated", "conversations.snapshot_updated",
        "conversations.deleted", "artifacts.created",
    ]

    /// What the server does not let be changed, as other rows refer to it.
    private static let bound: Set<String> = [
        "conversations.key", "entries.conversation", "turns.conversation", "rewinds.conversation",
        "artifacts.conversation",
        "artifact_chunks.conversation", "artifact_chunks.name", "artifact_chunks.version",
    ]

    @Test("What keeps a verb from its answer is told", arguments: damages)
    func damaged(_ damage: ColumnDamage) async throws {
        let library = try await TestDatabase.openLibrary()
        try await LibraryAnswers.prepare(library)
        #expect(try await library.verify() == [])
        let before = await LibraryAnswers(of: library)
        let changed = try await library.cost { try await library.execute(damage.sql) }
        #expect(changed.rowsWritten > 0)
        let changes = await LibraryAnswers(of: library).changes(since: before)
        let problems = try await library.verify()
        let failures = await LibraryAnswers.failures(of: library)
        if Self.free.contains(damage.column) {
            #expect(problems.isEmpty)
        } else {
            #expect(!problems.isEmpty || changes.isEmpty && failures.isEmpty, "\(changes) \(failures)")
        }
    }

    @Test("Every column is tried, or is said not to be")
    func complete() async throws {
        let library = try await TestDatabase.openLibrary()
        let columns = try await library.execute(
            """
            SELECT string_agg(table_name || '.' || column_name, ' ') FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name NOT IN ('properties', 'role_owners')
            """
        )
        let tried = Set(Self.damages.map(\.column)).union(Self.bound)
        #expect(Set(columns?.split(separator: " ").map(String.init) ?? []) == tried)
    }
}
#endif
