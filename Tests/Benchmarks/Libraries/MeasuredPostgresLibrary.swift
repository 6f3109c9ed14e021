#if PostgreSQL
import ConversationHistory
import ConversationHistoryPostgres
import TestSupport

/// The library in a PostgreSQL server on this machine, whose round trips, commands and rows are counted.
struct MeasuredPostgresLibrary: MeasuredLibrary {
    static let name = "PostgreSQL"
    static let mostConversations = 1_000_000
    static let mostEntries = 10_000_000

    /// One for the whole run; each library has a schema of its own.
    static let server = Result { try PostgresServer() }
    private static let number = Lock(0)

    /// A role for an application, which has no rights of its own.
    static let role = Result {
        try server.get().execute("CREATE ROLE application LOGIN")
        return "application"
    }

    let library: PostgresConversationLibrary<ChatMessage>

    init(durability: Durability) async throws {
        let number = Self.number.withLock { number in
            number += 1
            return number
        }
        var configuration = PostgresConfiguration(url: try Self.server.get().url)
        configuration.schema = "library_\(number)"
        configuration.durability = durability
        library = try await PostgresConversationLibrary(configuration)
    }

    func counted() -> CountedLibrary<PostgresConversationLibrary<ChatMessage>> {
        let library = library
        return CountedLibrary(library: library) {
            let counters = library.counters
            return [
                LibraryCount(name: "round trips", unit: "", value: Double(counters.roundTrips)),
                LibraryCount(name: "rows", unit: "", value: Double(counters.rowsWritten)),
            ]
        }
    }

    func settle() throws { try Self.server.get().tidyUp() }

    func close() async { await library.close() }
}
#endif
