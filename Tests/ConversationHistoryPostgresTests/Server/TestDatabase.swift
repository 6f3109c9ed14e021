#if PostgreSQL
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

typealias ChatLibrary = PostgresConversationLibrary<ChatMessage>

/// Schemas of the tests' own on the server that they share.
enum TestDatabase {
    private static let number = Lock(0)

    /// The configuration of a library that nobody else has.
    static func configuration(url: String? = nil) throws -> PostgresConfiguration {
        let number = number.withLock { number in
            number += 1
            return number
        }
        return configuration(
            url: try url ?? PostgresServer.sharedURL(),
            schema: "test \(OwnProcess.identifier) \(number)"
        )
    }

    /// The configuration of a library that may be there; a process that a test starts is given both.
    static func configuration(url: String, schema: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(url: url)
        configuration.schema = schema
        configuration.poolSize = 2
        // Where many tests share few processors, a connection may be long in coming.
        configuration.acquireTimeout = .seconds(120)
        configuration.durability = .processCrash
        return configuration
    }

    /// Opens a library that nobody else has.
    static func openLibrary() async throws -> ChatLibrary { try await ChatLibrary(configuration()) }
}

extension Trait where Self == ConditionTrait {
    /// Only where there is a server; that there is none is told once, by a test of its own.
    static var withServer: Self { .enabled(if: PostgresServer.isAvailable, "There is no PostgreSQL server.") }

    /// Only where there is a pooler and a server for it.
    static var withPooler: Self {
        .enabled(if: PostgresServer.canStart && PgBouncer.isAvailable, "There is no pgbouncer.")
    }

    /// Only where servers can be started and killed.
    static var withOwnServer: Self { .enabled(if: PostgresServer.canStart, "No PostgreSQL server can be started.") }
}

extension PostgresConversationLibrary {
    /// Opens another instance over the same place, with connections of its own.
    func reopened() async throws(HistoryStoreError) -> PostgresConversationLibrary {
        try await PostgresConversationLibrary(pool.configuration)
    }

    /// Runs some SQL behind the library's back, and returns the first value as text.
    @discardableResult
    func execute(_ sql: String) async throws -> String? {
        try await pool.withConnection { (session) throws(PostgresFailure) in
            let result = try session.run([PostgresCommand(sql, isKept: false)])[0]
            return result.isEmpty ? nil : result.withBytes(0, 0) { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Runs a query for one number.
    func number(_ sql: String) async throws -> Int {
        try await pool.withConnection { (session) throws(PostgresFailure) in
            try session.run([PostgresCommand("SELECT (\(sql))::bigint", isKept: false)])[0].int(0, 0)
        }
    }

    /// What all connections do during some work.
    func cost(of body: () async throws -> Void) async throws -> PostgresCounters {
        let before = pool.counters
        try await body()
        return pool.counters - before
    }
}

/// Returns the error that some work throws, or `nil` if it throws nothing.
func failure(
    of body: () async throws(HistoryStoreError) -> Void
) async -> HistoryStoreError? {
    do throws(HistoryStoreError) {
        try await body()
        return nil
    } catch { return error }
}
#endif
