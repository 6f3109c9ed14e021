#if SQLite
import ConversationHistory
import ConversationHistoryTesting
import TestSupport
import Testing

@testable import ConversationHistorySQLite

/// Both suites, with two instances over each file.
@Suite("The SQLite library passes the suites")
struct SQLiteLibraryConformanceTests {
    private let directory = TemporaryDirectory()
    private let names = NameSource()

    /// The suite; each library has a file of its own.
    private func suite() -> ConversationLibraryConformance<ChatLibrary> {
        let (directory, names) = (directory, names)
        var suite = ConversationLibraryConformance(
            make: { try await ChatLibrary(path: directory.path(names.next()), durability: .processCrash) },
            reopen: { try await ChatLibrary(path: $0.pool.path, durability: .processCrash) },
            faults: .init(
                damageHistory: { library, id in
                    try await library.pool.write { (database) throws(SQLiteFailure) in
                        // As JSON it is sound still.
                        _ = try database.value(
                            """
                            UPDATE entries SET body = replace(body, '"text":"', '"text":"x') WHERE key =
                              (SELECT entry FROM history JOIN conversations ON conversations.key = conversation
                               WHERE conversations.id = \(Self.literal(id)) LIMIT 1)
                            """
                        )
                    }
                },
                addStrays: { library in
                    try await library.pool.write { (database) throws(SQLiteFailure) in
                        _ = try database.value("INSERT INTO entries(id, body) VALUES ('stray', '{\"id\":\"stray\"}')")
                        try database.insertWords("question", 1_000_000)
                    }
                },
                loseIndex: { library in
                    try await library.pool.write { (database) throws(SQLiteFailure) in
                        try database.execute("DELETE FROM search")
                        try database.setProperty("search-version", "0")
                    }
                },
                damageArtifact: { library, id in
                    try await library.pool.write { (database) throws(SQLiteFailure) in
                        _ = try database.value(
                            """
                            UPDATE artifacts SET data = CAST('other' AS BLOB) WHERE conversation =
                              (SELECT key FROM conversations WHERE id = \(Self.literal(id)))
                            """
                        )
                    }
                }
            )
        )
        suite.backups = .init(
            newPath: { directory.path(names.next()) },
            open: { try await ChatLibrary(path: $0, durability: .processCrash) }
        )
        return suite
    }

    private static func literal(_ id: ConversationID) -> String {
        "'\(id.rawValue.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
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
