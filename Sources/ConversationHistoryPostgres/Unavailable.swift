#if !PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary

// The public names of this module when the package is built without PostgreSQL, so that using one of them says what to
// do. Members through which a type is reached are here as well: the compiler complains of one that is missing before it
// complains of the type. No code that calls them compiles.

/// Where a library in PostgreSQL is, and how it is connected to.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public struct PostgresConfiguration: Sendable {
    /// Creates a configuration from a URL.
    public init(url: String) { fatalError("unavailable") }

    /// Creates a configuration from libpq's own variables, files and defaults.
    public init() { fatalError("unavailable") }

    /// Creates a configuration from what an application's environment says.
    public init?(_ configuration: LibraryConfiguration) { fatalError("unavailable") }
}

/// A library in a PostgreSQL database, which many processes on many machines may use at once.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public struct PostgresConversationLibrary<Message: HistoryMessage>: Sendable {
    /// Opens a library, and creates it if there is none.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) { fatalError("unavailable") }

    /// Opens a library of the package's own messages, and creates it if there is none.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) where Message == ChatMessage {
        fatalError("unavailable")
    }
}

/// The store of a conversation of such a library.
@available(*, unavailable, message: "Enable the package trait \"PostgreSQL\" to use ConversationHistoryPostgres.")
public final class PostgresConversationStore<Message: HistoryMessage>: Sendable {
    private init() {}
}
#endif
