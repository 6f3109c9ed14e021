#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

/// A library in an SQLite database: one file that several processes may use at the same time.
///
/// A save writes only what has changed, in one transaction. Lists are read from an index without reading any history,
/// and a search uses a full-text index. Entries that forks share are stored once.
///
/// Nothing else in the process may open the file, not even to copy it: see ``backUp(to:)``.
///
/// On a read-only medium, a library of the current version can be listed, read, searched and copied; all writes fail
/// with the code `permissionDenied`. If a killed process left changes in the write-ahead log, they cannot be moved into
/// the file there: opening such a library fails unless all of its files were copied to the medium.
public struct SQLiteConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// The scope of this library: the owner whose conversations it shows.
    public let scope: LibraryScope

    let pool: SQLiteConnectionPool
    let damage: DamageRegistry
    let coding = SnapshotRowCoding<Message>()

    private init(_ pool: SQLiteConnectionPool, _ damage: DamageRegistry, _ scope: LibraryScope) {
        self.pool = pool
        self.damage = damage
        self.scope = scope
    }

    /// Opens a library, and creates it if it is missing.
    ///
    /// A library of an older version is migrated to the current one, and a copy of its previous state is left beside
    /// it.
    ///
    /// - Parameters:
    ///   - path: The path of the database file: absolute, or relative to the working directory, which must then not
    ///     change. The directory must exist.
    ///   - durability: The failures that a completed save survives.
    ///   - busyTimeout: How long a call waits while another process writes. Defaults to 10 seconds.
    /// - Throws: `HistoryStoreError`: the file is another kind of database (`notAHistory`), was written by a later
    ///   version of this package (`newerVersion`), or holds messages of another type (`wrongMessageType`).
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) {
        try await self.init(opening: path, durability, busyTimeout)
    }

    private init(
        opening path: String,
        _ durability: Durability,
        _ busyTimeout: Duration
    ) async throws(HistoryStoreError) {
        var options = SQLiteOptions()
        options.durability = durability
        options.busyTimeout = busyTimeout
        do throws(SQLiteFailure) {
            guard SQLiteVersion.hasFullTextSearch else { throw .unsuitableLibrary }
            pool = try await SQLiteConnectionPool(path: path, schema: LibrarySchema.current, options: options)
            damage = DamageRegistry()
            scope = .everyone
            try await prepare()
        } catch { throw HistoryStoreError(error, operation: "open", location: path) }
    }

    /// Opens a library of `ChatMessage`s, and creates it if it is missing.
    ///
    /// Works like ``init(path:durability:busyTimeout:)`` for the package's own message type, with the same errors.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) where Message == ChatMessage {
        try await self.init(opening: path, durability, busyTimeout)
    }

    /// Returns a view of this library that is limited to an owner's conversations; both share the same connections.
    public func scoped(to owner: Owner) -> SQLiteConversationLibrary {
        SQLiteConversationLibrary(pool, damage, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation, without reading or creating anything.
    public func store(for id: ConversationID) -> SQLiteConversationStore<Message> {
        SQLiteConversationStore(pool, damage, id, scope)
    }

    /// Closes the database after the work that has begun; later calls of this library, its stores and its scoped views
    /// fail.
    public func close() async { await pool.close() }

    /// Copies everything, including the trash, into a new database file with mode 0600, while others continue to write.
    ///
    /// The copy is a consistent view of the whole library at one moment.
    ///
    /// - Throws: `HistoryStoreError`: something exists at the path (`alreadyExists`), this library is scoped to an
    ///   owner (`permissionDenied`), or the copy is complete but may be lost in a power failure (`notDurable`).
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: pool.path) }
        do throws(SQLiteFailure) {
            try await pool.withReader { (database) throws(SQLiteFailure) in try database.backUp(to: path) }
        } catch {
            if error.isBecauseFileExists { throw .backupExists(at: path) }
            throw HistoryStoreError(error, operation: "back up", location: path)
        }
    }

    /// Returns the counters of the writing connection.
    package func counters() async throws(HistoryStoreError) -> SQLiteCounters {
        do throws(SQLiteFailure) {
            return try await pool.withWriter { (database) throws(SQLiteFailure) in database.counters }
        } catch { throw HistoryStoreError(error, operation: "count", location: pool.path) }
    }

    // MARK: - Working with the database

    /// Runs work on a consistent view of the library.
    func read<Result: Sendable>(
        _ operation: String,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(SQLiteFailure) {
            return try await pool.read(body)
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
    }

    /// Runs work in a write transaction.
    func write<Result: Sendable>(
        _ operation: String,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(SQLiteFailure) {
            return try await pool.write(body)
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
    }

    /// Runs an encoding closure, and converts its error.
    func encoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotError) -> Result
    ) throws(HistoryStoreError) -> Result {
        do throws(SnapshotError) {
            return try body()
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
    }
}
#endif
