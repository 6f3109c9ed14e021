#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryTesting
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// Both suites, with two instances over each schema.
@Suite("The PostgreSQL library passes the suites", .withServer)
struct PostgresLibraryConformanceTests {
    private let directory = TemporaryDirectory()
    private let names = NameSource()

    /// The suite; each library has a schema of its own, and its backups are directories.
    private func suite() -> ConversationLibraryConformance<ChatLibrary> {
        let (directory, names) = (directory, names)
        var suite = ConversationLibraryConformance<ChatLibrary>(
            make: { try await TestDatabase.openLibrary() },
            reopen: { try await $0.reopened() },
            faults: .init(
                damageHistory: { library, id in
                    // As JSON it is sound still.
                    try await library.execute(
                        """
                        UPDATE entries SET body = convert_to(replace(convert_from(body, 'UTF8'), '"text":"', '"text":"x'), 'UTF8')
                        FROM conversations
                        WHERE conversations.key = conversation AND conversations.id = '\(id.rawValue)' AND position = 0
                        """
                    )
                    // A list does not read: somebody has to meet the damage.
                    await #expect(throws: HistoryStoreError.self) { try await library.store(for: id).load() }
                },
                addStrays: { library in
                    try await library.execute(
                        """
                        INSERT INTO entries(conversation, list, position, id, is_message, body, checksum, words)
                        SELECT key, 9, 0, 'stray', true, '{"id":"stray"}', 0, ARRAY['question'] FROM conversations LIMIT 1
                        """
                    )
                },
                loseIndex: { library in
                    try await library.execute("UPDATE entries SET words = NULL")
                    try await library.execute("UPDATE properties SET value = '0' WHERE name = 'search-version'")
                },
                damageArtifact: { library, id in
                    try await library.execute(
                        """
                        UPDATE artifact_chunks SET data = set_byte(data, 0, 1) FROM conversations
                        WHERE conversations.key = artifact_chunks.conversation AND conversations.id = '\(id.rawValue)'
                        """
                    )
                }
            )
        )
        suite.backups = .init(
            newPath: { directory.path(names.next()) },
            open: { DirectoryConversationLibrary(path: $0) }
        )
        return suite
    }

    @Test("of libraries")
    func library() async {
        var suite = suite()
        suite.asksForTooLargeArtifact = true
        let report = await suite.run()
        #expect(report.skipped.isEmpty)
    }

    @Test("of stores")
    func store() async throws {
        var suite = try await suite().storeConformance()
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        // There are no bytes of a history to look at.
        #expect(report.skipped == ["B1", "B2", "B3", "B8"])
    }
}
#endif
