#if !SQLite
public import ConversationHistory

// The public names of this module when the package is built without SQLite, so that using one of them says what to do.
// Members through which a type is reached are here as well: the compiler complains of one that is missing before it
// complains of the type. No code that calls them compiles.

/// The version of the SQLite library that the process runs with.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public struct SQLiteVersion: Sendable {
    /// The first version that has all that this package uses.
    public static var minimum: SQLiteVersion { fatalError("unavailable") }

    /// The version of the library that is linked.
    public static var linked: SQLiteVersion { fatalError("unavailable") }

    /// Whether the linked library has the full-text index that search needs (FTS5).
    public static var hasFullTextSearch: Bool { fatalError("unavailable") }
}

/// A library in an SQLite database: one file, which several processes may use at once.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public struct SQLiteConversationLibrary<Message: HistoryMessage>: Sendable {
    /// Opens a library, and creates it if there is none.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) { fatalError("unavailable") }

    /// Opens a library of the package's own messages, and creates it if there is none.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) where Message == ChatMessage { fatalError("unavailable") }
}

/// The store of a conversation of such a library.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public final class SQLiteConversationStore<Message: HistoryMessage>: Sendable {
    private init() {}
}
#endif
