#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library that a later version has changed while it was open", .withServer)
struct PostgresVersionTests {
    private static let raise = "UPDATE properties SET value = value::int + 1 WHERE name = 'schema-version'"

    /// A library with a conversation, another one in the trash, and a store that has loaded.
    private func prepared() async throws -> (library: ChatLibrary, conversation: Conversation<ChatMessage>) {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a", turns: 2)
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        try await library.addConversation("deleted")
        try await library.delete("deleted")
        return (library, conversation)
    }

    private static let verbCount = 14

    private func write(
        _ verb: Int,
        _ library: ChatLibrary,
        _ store: PostgresConversationStore<ChatMessage>,
        _ snapshot: ConversationSnapshot<ChatMessage>
    ) async throws(HistoryStoreError) {
        switch verb {
        case 0: try await store.save(snapshot)
        case 1: _ = try await library.create(NewConversation(id: "new"))
        case 2: try await library.rename("a", to: "Title")
        case 3: try await library.setMetadata(["key": "value"], of: "a")
        case 4: try await library.setOwner(Owner(user: "ada"), of: "a")
        case 5: try await library.append([HistoryEntry(.message(ChatMessage.user("more")))], to: "a")
        case 6: try await library.delete("a")
        case 7: try await library.restore("deleted")
        case 8: _ = try await library.purge(.everything)
        case 9: _ = try await library.fork("a")
        case 10: _ = try await library.saveArtifact([UInt8](repeating: 1, count: 10 << 20), named: "file", in: "a")
        case 11: try await library.removeArtifact(named: "file", in: "a")
        case 12: try await library.allow(role: "no one")
        default: try await library.store(for: "new").save(snapshot)
        }
    }

    /// All that is stored, as text.
    private func contents(_ library: ChatLibrary) async throws -> String? {
        let tables = ["conversations", "entries", "turns", "rewinds", "artifacts"].map { table in
            "(SELECT string_agg(\(table)::text, '' ORDER BY \(table)::text) FROM \(table))"
        }
        return try await library.execute("SELECT md5(concat(\(tables.joined(separator: ", "))))")
    }

    @Test("Every verb that writes says so, and changes nothing", arguments: 0..<verbCount)
    func refused(_ verb: Int) async throws {
        let (library, _) = try await prepared()
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("one more"))
        try await library.execute(Self.raise)
        let before = try await contents(library)
        let error = await failure { [snapshot] () throws(HistoryStoreError) in
            try await write(verb, library, store, snapshot)
        }
        #expect(error?.code == .newerVersion, "\(verb): \(String(describing: error))")
        #expect(try await contents(library) == before)
        #expect(try await library.info(of: "a").entryCount == 4)
    }

    @Test("What waits for a migration is done after it, and says so", arguments: [0, 1, 5, 9])
    func meanwhile(_ verb: Int) async throws {
        let (library, _) = try await prepared()
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("one more"))
        let migrating = try await library.reopened()
        let result = try await migrating.pool.withConnection { [snapshot] (session) throws(PostgresFailure) in
            // As a migration does it.
            _ = try session.run([PostgresCommand("BEGIN"), LibrarySchema.beginMigration])
            let task = Task {
                await failure { () throws(HistoryStoreError) in try await write(verb, library, store, snapshot) }
            }
            let waiting = """
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
                """
            var count = 0
            while count == 0 {
                count = try session.run([
                    PostgresCommand("SELECT pg_stat_clear_snapshot()", isKept: false), PostgresCommand(waiting),
                ])[1].int(0, 0)
            }
            _ = try session.run([PostgresCommand(Self.raise, isKept: false), PostgresCommand("COMMIT")])
            return task
        }
        #expect(await result.value?.code == .newerVersion)
        #expect(try await library.number("SELECT count(*) FROM conversations") == 2)
        #expect(try await library.info(of: "a").entryCount == 4)
    }

    @Test("A migration waits for the writers that are under way, and those that open wait for it")
    func migration() async throws {
        let (library, _) = try await prepared()
        try await library.execute("UPDATE properties SET value = 'other' WHERE name = 'message-format'")
        let opened = try await library.pool.withConnection { (session) throws(PostgresFailure) in
            _ = try session.run([PostgresCommand("BEGIN"), LibrarySchema.beginMigration])
            let configuration = library.pool.configuration
            // Longer than a lock is waited for.
            var impatient = configuration
            impatient.busyTimeout = .milliseconds(100)
            let opening = Task { [impatient] in try await ChatLibrary(impatient) }
            for _ in 0..<20 { _ = try session.run([PostgresCommand("SELECT pg_sleep(0.02)")]) }
            _ = try session.run([
                PostgresCommand(
                    "UPDATE properties SET value = '\(ChatMessage.formatName)' WHERE name = 'message-format'",
                    isKept: false
                ),
                PostgresCommand("COMMIT"),
            ])
            return opening
        }
        #expect(try await opened.value.info(of: "a").entryCount == 4)
    }

    @Test("An index of words that a later version has made is left alone, and only a search says so")
    func laterIndex() async throws {
        let library = try await TestDatabase.openLibrary()
        let conversation = try await library.addConversation("a", turns: 2)
        try await library.execute("UPDATE entries SET words = ARRAY['later']")
        let version = SearchTokenizer.version + 1
        try await library.execute("UPDATE properties SET value = '\(version)' WHERE name = 'search-version'")
        let again = try await library.reopened()
        #expect(again.pool.counters.rowsWritten == 0)
        #expect(try await again.number("SELECT value::bigint FROM properties WHERE name = 'search-version'") == version)
        #expect(try await again.number("SELECT count(*) FROM entries WHERE words = ARRAY['later']") == 4)
        for library in [library, again] {
            let error = await failure { () throws(HistoryStoreError) in
                _ = try await library.search(SearchRequest("answer"))
            }
            #expect(error?.code == .newerVersion)
        }
        #expect(try await again.list(ListRequest(title: "nothing")).conversations.isEmpty)
        // What is said meanwhile is found by whichever version: all look at it.
        try await conversation.addTurn(7)
        try await again.append([HistoryEntry(.message(ChatMessage.user("an addition")))], to: "a")
        try await library.execute("UPDATE properties SET value = '\(version - 1)' WHERE name = 'search-version'")
        #expect(try await library.search(SearchRequest("\"answer 7\"")).count == 1)
        #expect(try await library.search(SearchRequest("addition")).count == 1)
        #expect(try await library.search(SearchRequest("answer")).count == 1)
        // Only what the later version has made is other than this one would make it.
        #expect(try await library.verify().map(\.kind) == [.staleIndex])
    }
}
#endif
