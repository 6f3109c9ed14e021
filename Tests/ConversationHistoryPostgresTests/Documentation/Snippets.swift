#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryPostgres
import Foundation

/// The code of the documentation, so that it is compiled; its servers are not there, so it is not run.
enum Snippets {
    static func opening() async throws {
        let configuration = PostgresConfiguration(url: "postgresql://ada@localhost/history")
        let library = try await PostgresConversationLibrary(configuration)
        let mine = library.scoped(to: Owner(user: "ada"))

        let info = try await mine.create(NewConversation(title: "Trip to Tokyo"))
        let conversation = try await Conversation(restoring: mine.store(for: info.id))

        _ = conversation
    }

    static func configuring() throws -> [PostgresConfiguration?] {
        // Two servers, of which one is written to at a time.
        var configuration = PostgresConfiguration(
            url: "postgresql://ada@db1,db2/history?target_session_attrs=read-write&sslmode=verify-full"
        )
        configuration.schema = "assistant"
        configuration.poolSize = 10

        // Or what the application's environment says: DATABASE_URL, or DB_BACKEND, DB_HOST, DB_NAME, DB_POOL_SIZE, …
        let environment = try LibraryConfiguration(environment: ProcessInfo.processInfo.environment)
        let other = PostgresConfiguration(environment)

        return [configuration, other]
    }

    static func allowing() async throws {
        let library = try await PostgresConversationLibrary(
            PostgresConfiguration(url: "postgresql://history_owner@db/history")
        )
        try await library.allow(role: "history_app")
    }

    static func running() async throws {
        let library = try await PostgresConversationLibrary(
            PostgresConfiguration(url: "postgresql://history_app@db/history")
        )
        let hers = library.scoped(to: Owner(user: "ada", organization: "analytical"))

        _ = hers
    }

    static func binding(_ library: PostgresConversationLibrary<ChatMessage>) async throws {
        try await library.allow(role: "ada", only: Owner(user: "ada"))
    }
}
#endif
