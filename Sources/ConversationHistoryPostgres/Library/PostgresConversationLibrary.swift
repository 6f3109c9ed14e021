#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

/// A library in a PostgreSQL database, which many processes on many machines may use at once.
///
/// A save writes what has changed and nothing else, in one transaction and one round trip. Lists are read from an index
/// and never touch what was said; a search asks an index of words. What a save that has returned survives is said by
/// ``PostgresConfiguration/durability``; a save whose answer was lost with its connection is looked up on the next one,
/// and finished.
///
/// A server that is away is waited for, for as long as ``PostgresConfiguration/acquireTimeout`` says; with several
/// hosts in the configuration, a library goes on with the one that takes its place.
public struct PostgresConversationLibrary<Message: HistoryMessage>: ConversationLibrary {
    /// Whose conversations this library shows.
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

    /// Opens a library, and creates it if there is none, unless ``PostgresConfiguration/createsIfMissing`` says
    /// otherwise.
    ///
    /// A library of an older version is brought to the current one. The role that is connected as then needs the right
    /// to create and change tables; otherwise it needs no more than ``allow(role:only:)`` gives.
    ///
    /// - Parameter configuration: Where the library is. The database must exist.
    /// - Throws: `HistoryStoreError`: the server cannot be reached (`io`), does not let us in (`permissionDenied`), has
    ///   no such database or no library (`notFound`), or has something else in the schema (`notAHistory`); the library
    ///   was made by a later version of this package (`newerVersion`), or holds messages of another type
    ///   (`wrongMessageType`). Why a server lets nobody in, it says in words before there is a connection: one that
    ///   does not speak English is told from one that is away only by the text of the error.
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

    /// Opens a library of `ChatMessage`s, and creates it if there is none.
    ///
    /// See ``init(_:)``, which this is for the package's own messages.
    public init(_ configuration: PostgresConfiguration) async throws(HistoryStoreError) where Message == ChatMessage {
        try await self.init(opening: configuration)
    }

    /// Returns this library as an owner may see it; both work with the same connections.
    public func scoped(to owner: Owner) -> PostgresConversationLibrary {
        PostgresConversationLibrary(pool, notices, damage, scope.narrowed(to: owner))
    }

    /// Returns the store of a conversation; nothing is read or created yet.
    public func store(for id: ConversationID) -> PostgresConversationStore<Message> {
        PostgresConversationStore(pool, damage, id, scope)
    }

    /// Closes the connections, those at work when their work is done; what is begun later fails, in this library, its
    /// stores and its scoped views.
    public func close() async {
        notices.close()
        await pool.close()
    }

    /// What all connections have done, those of scoped views and of stores included.
    package var counters: PostgresCounters { pool.counters }

    /// Copies everything, the trash included, into a library in a directory, while others go on to write.
    ///
    /// It is for taking conversations elsewhere, one after the other; the server has its own means to back up all of a
    /// database, and to go back to any moment. It fails if a conversation cannot be read, and says which one; and with
    /// the code `permissionDenied` for a role that row-level security shows a part of the library.
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: pool.location) }
        let isRestricted = try await read("back up", [Self.isRestricted]) { (results) throws(PostgresFailure) in
            try results[0].bool(0, 0)
        }
        guard !isRestricted else { throw notAllRows("back up") }
        try await copyIntoNewDirectory(at: path)
    }

    /// Asks whether the server shows this role a part of the rows, and whether that is none of them.
    static var isRestricted: PostgresCommand {
        PostgresCommand(
            """
            SELECT row_security_active('conversations'),
              row_security_active('conversations') AND session_owner(current_user) IS NULL
            """
        )
    }

    /// The error for what has to see every row.
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

    /// Runs commands on the library as it is at one moment, and reads what they have found.
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

    /// Runs commands in a transaction, for a conversation that changes by them, and reads what they have answered.
    ///
    /// - Parameter refusal: What it means if a command does not find what it is to change.
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

    /// Tells those who listen that a conversation has changed; to be run after the commit.
    func notice(_ id: ConversationID) -> PostgresCommand { PostgresNotices.notice(id, pool.settings) }

    /// The one answer for what is not there or not to be seen.
    func noSuchConversation(_ operation: String) -> HistoryStoreError {
        .noSuchConversation(operation, in: pool.location)
    }

    /// Throws if the scope shows nothing, which no condition of a command says.
    func checkScope(_ operation: String) throws(HistoryStoreError) {
        if scope.isEmpty { throw noSuchConversation(operation) }
    }

    /// Runs some encoding.
    func encoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotError) -> Result
    ) throws(HistoryStoreError) -> Result {
        do throws(SnapshotError) {
            return try body()
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.location) }
    }

    /// Runs some decoding, whose failure ends the transaction.
    func decoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(PostgresFailure) -> Result {
        do throws(SnapshotDecodingError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: pool.location)) }
    }

    /// Decodes the entry whose line is in a column, and whose checksum is in the next one.
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

    /// Returns the row of a conversation that the scope shows, even in the trash.
    func record(_ result: PostgresResult, _ operation: String) throws(PostgresFailure) -> ConversationRow {
        guard let row = try ConversationRow.first(result), scope.includes(row.info.owner) else {
            throw .refused(noSuchConversation(operation))
        }
        return row
    }

    /// Returns the row of a conversation that the scope shows and that is not in the trash.
    func live(_ result: PostgresResult, _ operation: String) throws(PostgresFailure) -> ConversationRow {
        let row = try record(result, operation)
        guard row.info.deleted == nil else { throw .refused(noSuchConversation(operation)) }
        return row
    }
}
#endif
