#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

/// A library in a PostgreSQL database that many processes on many machines can use at once.
///
/// A save writes only what has changed, in one transaction and one round trip. Lists are read from an index and never
/// touch entries; searches use an index of words. ``PostgresConfiguration/durability`` determines which failures a
/// completed save survives. If the connection is lost before the server has answered, the store determines the outcome
/// of the save on the next connection, and finishes it.
///
/// While the server is away, calls wait for up to ``PostgresConfiguration/acquireTimeout``. With several hosts in the
/// configuration, the library continues with the host that takes over.
public struct PostgresConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// The owners whose conversations this library shows.
    public let scope: LibraryScope

    let pool: PostgresConnectionPool
    let notices: PostgresNotices
    let damage: DamageRegistry
    let coding = SnapshotRowCoding<Message>()

    private init(
        _ pool: PostgresConnectionPool,
        _ notices: PostgresNotices,
        _ damage: DamageRegistry,
        _ scope: LibraryScope
    ) {
        self.pool = pool
        self.notices = notices
        self.damage = damage
        self.scope = scope
    }

    /// Opens a library, or creates a missing one unless ``PostgresConfiguration/createsIfMissing`` is `false`.
    ///
    /// A library of an older version is migrated to the current one. The connected role then needs the right to create
    /// and change tables; otherwise the rights that ``allow(role:only:)`` grants are enough.
    ///
    /// - Parameter configuration: The location of the library. The database must exist.
    /// - Throws: `HistoryStoreError`: the server is unreachable (`io`) or rejects the login (`permissionDenied`); the
    ///   database or the library does not exist (`notFound`); the schema contains something else (`notAHistory`); the
    ///   library was created by a later version of this package (`newerVersion`), or holds messages of another type
    ///   (`wrongMessageType`). Login failures come only as text, matched in English; in other languages, they appear as
    ///   `io`.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) {
        try await self.init(opening: configuration)
    }

    private init(opening configuration: PostgresConfiguration) async throws(HistoryStoreError) {
        do throws(PostgresFailure) {
            pool = try PostgresConnectionPool(configuration)
            notices = PostgresNotices(pool)
            damage = DamageRegistry()
            scope = .everyone
            try await prepare()
        } catch { throw HistoryStoreError(error, operation: "open", location: configuration.description) }
    }

    /// Opens a library of `ChatMessage`s, or creates a missing one.
    ///
    /// See ``init(_:)``; this overload infers the package's own message type.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) where Message == ChatMessage {
        try await self.init(opening: configuration)
    }

    /// Returns this library restricted to an owner; both use the same connections.
    public func scoped(to owner: Owner) -> PostgresConversationLibrary {
        PostgresConversationLibrary(pool, notices, damage, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation without reading or creating anything.
    public func store(for id: ConversationID) -> PostgresConversationStore<Message> {
        PostgresConversationStore(pool, damage, id, scope)
    }

    /// Closes the connections once they have finished their work.
    ///
    /// Later calls fail in this library, its stores and its scoped views.
    public func close() async {
        notices.close()
        await pool.close()
    }

    /// The sum of the counters of all connections, including those of scoped views and stores.
    package var counters: PostgresCounters { pool.counters }

    /// Copies everything, including the trash, into a library in a new directory, while other callers continue to
    /// write.
    ///
    /// Use it to move conversations elsewhere; it copies them one after the other. The server has its own tools to back
    /// up a whole database, and to restore it to any point in time.
    ///
    /// - Parameter path: The path of the copy; its parent directory must exist.
    /// - Throws: `HistoryStoreError`, which names the conversation if one cannot be read; with the code `alreadyExists`
    ///   if the path exists, and with `permissionDenied` if this library is scoped to an owner or row-level security
    ///   restricts the role to a part of the library.
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: pool.location) }
        let isRestricted = try await read("back up", [Self.isRestricted]) { (results) throws(PostgresFailure) in
            try results[0].bool(0, 0)
        }
        guard !isRestricted else { throw notAllRows("back up") }
        try await copyIntoNewDirectory(at: path)
    }

    /// The command that checks whether row-level security restricts this role, and whether it hides all rows.
    static var isRestricted: PostgresCommand {
        PostgresCommand(
            """
            SELECT row_security_active('conversations'),
              row_security_active('conversations') AND session_owner(current_user) IS NULL
            """
        )
    }

    /// Returns the error for an operation that has to see every row.
    func notAllRows(_ operation: String) -> HistoryStoreError {
        HistoryStoreError(
            .permissionDenied,
            operation: operation,
            location: pool.location,
            reason: """
                Row-level security shows this role only the rows of one owner, or none. Connect as the role that owns the \
                tables, or scope the library to an owner.
                """
        )
    }

    // MARK: - Working with the database

    /// Runs commands on one consistent state of the library, and reads their results.
    func read<Result: Sendable>(
        _ operation: String,
        _ commands: [PostgresCommand],
        _ body: @Sendable ([PostgresResult]) throws(PostgresFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        try await read(operation) { (session) throws(PostgresFailure) in
            try body(try session.transaction(.read, scope, commands))
        }
    }

    /// Runs work that reads.
    func read<Result: Sendable>(
        _ operation: String,
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(PostgresFailure) {
            return try await pool.read(body)
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.location) }
    }

    /// Runs commands that change a conversation in a transaction, and reads their results.
    ///
    /// - Parameter refusal: The error for a command that does not find the row to change.
    func write<Result: Sendable>(
        _ operation: String,
        _ id: ConversationID,
        refusal: HistoryStoreError? = nil,
        _ commands: [PostgresCommand],
        _ body: @Sendable ([PostgresResult]) throws(PostgresFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        try await write(operation, refusal: refusal) { (session) throws(PostgresFailure) in
            try body(try session.transaction(.write, scope, commands, afterwards: [notice(id)]))
        }
    }

    /// Runs work that writes.
    func write<Result: Sendable>(
        _ operation: String,
        refusal: HistoryStoreError? = nil,
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> Result
    ) async throws(HistoryStoreError) -> Result {
        do throws(PostgresFailure) {
            return try await pool.write(body)
        } catch {
            if error.sqlState == PostgresState.refused { throw refusal ?? noSuchConversation(operation) }
            if error.sqlState == PostgresState.hasEntry { throw .hasEntry(operation, in: pool.location) }
            throw HistoryStoreError(error, operation: operation, location: pool.location)
        }
    }

    /// Returns the command that notifies listeners of a changed conversation, to run after the commit.
    func notice(_ id: ConversationID) -> PostgresCommand { PostgresNotices.notice(id, pool.settings) }

    /// Returns the error for a conversation that is missing or hidden, so that callers cannot tell them apart.
    func noSuchConversation(_ operation: String) -> HistoryStoreError {
        .noSuchConversation(operation, in: pool.location)
    }

    /// Throws if the scope is empty, because no condition in a command covers that.
    func checkScope(_ operation: String) throws(HistoryStoreError) {
        if scope.isEmpty { throw noSuchConversation(operation) }
    }

    /// Runs encoding work, and converts its errors.
    func encoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotError) -> Result
    ) throws(HistoryStoreError) -> Result {
        do throws(SnapshotError) {
            return try body()
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.location) }
    }

    /// Runs decoding work, whose failure ends the transaction.
    func decoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(PostgresFailure) -> Result {
        do throws(SnapshotDecodingError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: pool.location)) }
    }

    /// Decodes the entry in a column, after checking it against the checksum in the next column.
    func entry(
        _ result: PostgresResult,
        _ row: Int,
        _ column: Int,
        _ operation: String
    ) throws(PostgresFailure) -> HistoryEntry<Message> {
        try result.check(row, column, against: column + 1)
        return try result.withBytes(row, column) { (bytes) throws(PostgresFailure) in
            try decoding(operation) { () throws(SnapshotDecodingError) in try coding.entry(bytes) }
        }
    }

    /// Returns the row of a conversation within the scope, even in the trash.
    func record(_ result: PostgresResult, _ operation: String) throws(PostgresFailure) -> ConversationRow {
        guard let row = try ConversationRow.first(result), scope.includes(row.info.owner) else {
            throw .refused(noSuchConversation(operation))
        }
        return row
    }

    /// Returns the row of a conversation within the scope and outside the trash.
    func live(_ result: PostgresResult, _ operation: String) throws(PostgresFailure) -> ConversationRow {
        let row = try record(result, operation)
        guard row.info.deleted == nil else { throw .refused(noSuchConversation(operation)) }
        return row
    }
}
#endif
