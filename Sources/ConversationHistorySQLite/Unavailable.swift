#if !SQLite
public import ConversationHistory

// Declares the public names of this module for a build without SQLite, so that the compiler's error says what to do. It
// also declares the members through which code reaches a type, because the compiler reports a missing member before an
// unavailable type. The bodies never run: code that uses these names does not compile.

/// A version of the SQLite library.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public struct SQLiteVersion: Sendable {
    /// The oldest version that this package supports.
    public static var minimum: SQLiteVersion { fatalError("unavailable") }

    /// The version of the linked library.
    public static var linked: SQLiteVersion { fatalError("unavailable") }

    /// Whether the linked library has FTS5, the full-text index that search requires.
    public static var hasFullTextSearch: Bool { fatalError("unavailable") }
}

/// A library in an SQLite database: one file that several processes may use at the same time.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public struct SQLiteConversationLibrary<Message: HistoryMessage>: Sendable {
    /// Opens a library, and creates it if it is missing.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) { fatalError("unavailable") }

    /// Opens a library of `ChatMessage`s, and creates it if it is missing.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) where Message == ChatMessage { fatalError("unavailable") }
}

/// The store of one conversation in an SQLite library.
@available(*, unavailable, message: "Enable the package trait \"SQLite\" to use ConversationHistorySQLite.")
public final class SQLiteConversationStore<Message: HistoryMessage>: Sendable {
    private init() {}
}
#endif
