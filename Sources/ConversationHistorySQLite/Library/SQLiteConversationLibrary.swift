#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

/// A library in an SQLite database: one file, which several processes may use at once.
///
/// A save writes what has changed and nothing else, in one transaction. Lists are read from an index and never touch
/// what was said; a search asks a full-text index. An entry that forks have in common is stored once.
///
/// Nothing else in the process may open the file, not even to copy it: see ``backUp(to:)``.
///
/// A library of the current version on a medium that can only be read is listed, read, searched and copied; whatever
/// writes fails with the code `permissionDenied`. What a process that was killed has left in the write-ahead log there
/// cannot be brought into the file: unless all files of the library were copied there, it is an error to open it.
public struct SQLiteConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// Whose conversations this library shows.
    public let scope: LibraryScope

    let pool: SQLiteConnectionPool
    let damage: DamageRegistry
    let coding = SnapshotRowCoding<Message>()

    private init(_ pool: SQLiteConnectionPool, _ damage: DamageRegistry, _ scope: LibraryScope) {
        self.pool = pool
        self.damage = damage
        self.scope = scope
    }

    /// Opens a library, and creates it if there is none.
    ///
    /// A library of an older version is brought to the current one; a copy of it as it was is left beside it.
    ///
    /// - Parameters:
    ///   - path: Where the database is: an absolute path, or one relative to the working directory, which must then
    ///     not change. The directory must exist.
    ///   - durability: What a save that has returned survives.
    ///   - busyTimeout: How long a call waits while another process writes; 10 seconds unless given.
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

    /// Opens a library of `ChatMessage`s, and creates it if there is none.
    ///
    /// See ``init(path:durability:busyTimeout:)``, which this is for the package's own messages.
    public init(
        path: String,
        durability: Durability = .full,
        busyTimeout: Duration = .seconds(10)
    ) async throws(HistoryStoreError) where Message == ChatMessage {
        try await self.init(opening: path, durability, busyTimeout)
    }

    /// Returns this library as an owner may see it; both work with the same connections.
    public func scoped(to owner: Owner) -> SQLiteConversationLibrary {
        SQLiteConversationLibrary(pool, damage, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation; nothing is read or created yet.
    public func store(for id: ConversationID) -> SQLiteConversationStore<Message> {
        SQLiteConversationStore(pool, damage, id, scope)
    }

    /// Closes the database after the work that has begun; this library, its stores and its scoped views then fail.
    public func close() async { await pool.close() }

    /// Copies everything, the trash included, into a new database file with mode 0600, while others go on to write.
    ///
    /// All of the copy is of one moment.
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: pool.path) }
        do throws(SQLiteFailure) {
            try await pool.withReader { (database) throws(SQLiteFailure) in try database.backUp(to: path) }
        } catch {
            if error.isBecauseFileExists { throw .backupExists(at: path) }
            throw HistoryStoreError(error, operation: "back up", location: path)
        }
    }

    /// What the connection that writes has done so far.
    package func counters() async throws(HistoryStoreError) -> SQLiteCounters {
        do throws(SQLiteFailure) {
            return try await pool.withWriter { (database) throws(SQLiteFailure) in database.counters }
        } catch { throw HistoryStoreError(error, operation: "count", location: pool.path) }
    }

    // MARK: - Working with the database

    /// Runs work on the library as it is at one moment.
    func read<Result: Sendable>(
        _ operation: String,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(SQLiteFailure) {
            return try await pool.read(body)
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
    }

    /// Runs work in a transaction.
    func write<Result: Sendable>(
        _ operation: String,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(SQLiteFailure) {
            return try await pool.write(body)
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
    }

    /// Runs some encoding.
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
