import ConversationHistory
import ConversationHistoryLibrary
import DurableFiles

#if PostgreSQL
import ConversationHistoryPostgres
#endif
#if SQLite
import ConversationHistorySQLite
#endif

/// Opens libraries of all kinds.
enum LibraryOpening {
    /// Opens a library, runs a body with it, and closes it.
    @MainActor
    static func withLibrary<Result>(
        _ options: LibraryOptions,
        _ access: LibraryAccess,
        _ body: (any ConversationLibrary<ChatMessage>) async throws -> Result
    ) async throws -> Result {
        func scoped(_ library: some ConversationLibrary<ChatMessage>) -> any ConversationLibrary<ChatMessage> {
            guard let owner = options.owner else { return library }
            return library.scoped(to: owner)
        }
        switch options.location {
        case .memory:
            return try await body(scoped(InMemoryConversationLibrary()))
        case .directory(let path):
            if access == .existing { try checkDirectory(path, options.location) }
            return try await body(scoped(DirectoryConversationLibrary(path: path)))
        case .sqlite(let path):
            return try await withSQLite(path, options.location, access) { try await body(scoped($0)) }
        case .postgresql(let url):
            return try await withPostgres(url, access) { try await body(scoped($0)) }
        }
    }

    /// Throws if the directory doesn't exist, or is not empty and not a library.
    private static func checkDirectory(_ path: String, _ location: LibraryLocation) throws {
        guard let directory = try DurableDirectory.open(path: path) else {
            throw LibraryFailure.noLibrary(location)
        }
        let names = try directory.names()
        let parts = ["conversations", "trash", "artifacts", "index.json"]
        guard names.isEmpty || names.contains(where: parts.contains) else { throw LibraryFailure.noLibrary(location) }
    }

    #if SQLite
    @MainActor
    private static func withSQLite<Result>(
        _ path: String,
        _ location: LibraryLocation,
        _ access: LibraryAccess,
        _ body: (SQLiteConversationLibrary<ChatMessage>) async throws -> Result
    ) async throws -> Result {
        if access == .existing, try DurableFile.open(path: path).identity() == nil {
            throw LibraryFailure.noLibrary(location)
        }
        let library = try await SQLiteConversationLibrary(path: path)
        return try await closing({ await library.close() }) { try await body(library) }
    }
    #else
    private static func withSQLite<Result>(
        _ path: String,
        _ location: LibraryLocation,
        _ access: LibraryAccess,
        _ body: (InMemoryConversationLibrary<ChatMessage>) async throws -> Result
    ) async throws -> Result { throw LibraryFailure.builtWithout("SQLite") }
    #endif

    #if PostgreSQL
    @MainActor
    private static func withPostgres<Result>(
        _ url: ConnectionURL,
        _ access: LibraryAccess,
        _ body: (PostgresConversationLibrary<ChatMessage>) async throws -> Result
    ) async throws -> Result {
        var configuration = PostgresConfiguration(url: url.string)
        configuration.createsIfMissing = access == .creating
        let library = try await PostgresConversationLibrary(configuration)
        return try await closing({ await library.close() }) { try await body(library) }
    }
    #else
    private static func withPostgres<Result>(
        _ url: ConnectionURL,
        _ access: LibraryAccess,
        _ body: (InMemoryConversationLibrary<ChatMessage>) async throws -> Result
    ) async throws -> Result { throw LibraryFailure.builtWithout("PostgreSQL") }
    #endif

    #if SQLite || PostgreSQL
    /// Runs a body, and closes its library even if the body throws.
    @MainActor
    private static func closing<Result>(
        _ close: () async -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
    #endif
}
