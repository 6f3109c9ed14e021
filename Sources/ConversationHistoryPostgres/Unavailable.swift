#if !PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary

// Placeholders for the module's public types when the package is built without PostgreSQL, so that the compiler says
// which trait to enable. The initializers are here because the compiler reports a missing member before it reports an
// unavailable type. No code that calls them compiles, so `fatalError` is never reached.

/// The location of a library in PostgreSQL, and how to connect to it.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public struct PostgresConfiguration: Sendable {
    /// Creates a configuration from a URL.
    public init(url: String) { fatalError("unavailable") }

    /// Creates a configuration from libpq's own variables, files and defaults.
    public init() { fatalError("unavailable") }

    /// Creates a configuration from an application's configuration.
    public init?(_ configuration: LibraryConfiguration) { fatalError("unavailable") }
}

/// A library in a PostgreSQL database that many processes on many machines can use at once.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public struct PostgresConversationLibrary<Message: HistoryMessage>: Sendable {
    /// Opens a library, or creates a missing one.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) { fatalError("unavailable") }

    /// Opens a library of the package's own messages, or creates a missing one.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) where Message == ChatMessage {
        fatalError("unavailable")
    }
}

/// The store of a conversation in a PostgreSQL library.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public final class PostgresConversationStore<Message: HistoryMessage>: Sendable {
    private init() {}
}
#endif
