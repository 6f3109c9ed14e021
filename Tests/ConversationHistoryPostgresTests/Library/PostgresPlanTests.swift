#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// The plans that the server makes for a role that row-level security holds, which are not those of the tables' owner.
@Suite("How PostgreSQL finds things for an application's role", .withOwnServer, .serialized, .hangGuard)
struct PostgresPlanTests {
    /// A server with a library of many conversations, and one that writes all plans into its log.
    private static let prepared = Task { () throws -> PostgresServer in
        let server = try PostgresServer()
        try server.execute("CREATE ROLE app LOGIN")
        let library = try await ChatLibrary(configuration(server, PostgresServer.user))
        try await library.allow(role: "app")
        try await library.execute(
            """
            INSERT INTO conversations(key, id, revision, stamp, has_owner, owner_user, owner_organization, created, updated,
              metadata, has_origin, message_count, entry_count, turn_count, rewind_count, head)
            SELECT number, convert_to('c' || number, 'UTF8'), 0, 0, true, convert_to('user' || number % 200, 'UTF8'),
              convert_to('organization' || number % 4, 'UTF8'), number, number, '{}', false, 20, 20, 0, 0, '{}'
            FROM generate_series(1, 4000) AS number
            """
        )
        try await library.execute(
            """
            INSERT INTO entries(conversation, list, position, id, date, is_message, body, checksum, words)
            SELECT key, 0, position, 'e', key * 100 + position, true, '{}', 0,
              ARRAY['frequent', 'rare' || (key * 20 + position) % 4000, 'single' || key || 'x' || position]
            FROM conversations, generate_series(0, 19) AS position
            """
        )
        try server.tidyUp()
        for setting in [
            "session_preload_libraries = 'auto_explain'", "auto_explain.log_min_duration = 0",
            "auto_explain.log_nested_statements = on", "auto_explain.log_analyze = on",
        ] { try server.execute("ALTER ROLE app SET \(setting)") }
        return server
    }

    private static func configuration(_ server: PostgresServer, _ user: String) -> PostgresConfiguration {
        var configuration = TestDatabase.configuration(url: server.url(user: user), schema: "conversation_history")
        (configuration.poolSize, configuration.maximumOverflow) = (1, 0)
        return configuration
    }

    /// The plans of what the role does in a library that is scoped to an owner.
    private func plans(
        _ owner: Owner,
        of body: (ChatLibrary) async throws -> Void
    ) async throws -> String {
        let server = try await Self.prepared.value
        let library = try await ChatLibrary(Self.configuration(server, "app"))
        let start = try server.log.utf8.count
        try await body(library.scoped(to: owner))
        // The server writes what it has done before it ends the connection.
        await library.close()
        while try server.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'") != "0" {
            try await Task.sleep(for: .milliseconds(5))
        }
        return String(decoding: try server.log.utf8.dropFirst(start), as: UTF8.self)
    }

    @Test(
        "The words of a search are looked up in their index",
        arguments: [
            Owner(user: "user7"), Owner(organization: "organization3"),
            Owner(user: "user7", organization: "organization3"),
        ]
    )
    func words(_ owner: Owner) async throws {
        let plans = try await plans(owner) { library in
            // What is found there is no entry, and so is no hit.
            _ = try await library.search(SearchRequest("single207x3"))
            _ = try await library.search(SearchRequest("rare7"))
        }
        #expect(plans.components(separatedBy: "Bitmap Index Scan on entries_by_word").count >= 3, "\(plans)")
        #expect(!plans.contains("Seq Scan on entries"), "\(plans)")
    }

    @Test("A word that is everywhere is looked for from the newest entry on")
    func frequent() async throws {
        let plans = try await plans(Owner(organization: "organization3")) { library in
            _ = try await library.search(SearchRequest("frequent", limit: 20))
        }
        #expect(plans.contains("Index Scan using entries_by_date on entries"), "\(plans)")
    }

    @Test("A list is read in the order of its index, and not sorted")
    func lists() async throws {
        let plans = try await plans(Owner(organization: "organization3")) { library in
            let page = try await library.list(ListRequest(limit: 20))
            #expect(page.conversations.count == 20)
        }
        #expect(plans.contains("using conversations_by_organization on conversations"), "\(plans)")
        #expect(!plans.contains("Sort Method"), "\(plans)")
        let users = try await self.plans(Owner(user: "user7")) { library in
            let page = try await library.list(ListRequest(limit: 5))
            #expect(page.conversations.count == 5)
        }
        #expect(users.contains("conversations_by_user"), "\(users)")
    }

    @Test("A conversation is read by its key")
    func conversation() async throws {
        let plans = try await plans(Owner(user: "user7")) { library in
            _ = try await library.entries(of: "c7", EntryRequest(limit: 0))
            _ = try? await library.store(for: "c7").load()
        }
        #expect(plans.contains("entries_pkey"), "\(plans)")
        #expect(!plans.contains("Seq Scan on entries") && !plans.contains("Seq Scan on conversations"), "\(plans)")
    }
}
#endif
