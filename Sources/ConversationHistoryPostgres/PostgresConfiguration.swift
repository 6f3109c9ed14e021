#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary

/// Where a library in PostgreSQL is, and how it is connected to.
///
/// Everything that libpq understands is passed on to it: TLS (`sslmode`, `sslrootcert`), service files, a password file,
/// and several hosts of which one is chosen (`target_session_attrs`):
///
/// ```swift
/// var configuration = PostgresConfiguration(
///     url: "postgresql://ada@db1,db2/history?target_session_attrs=read-write&sslmode=verify-full"
/// )
/// configuration.poolSize = 10
/// let library = try await PostgresConversationLibrary(configuration)
/// ```
///
/// A description of a configuration has neither the password nor the name of the user in it.
public struct PostgresConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// What libpq is given: a URL, a text of keywords, the name of a database, or nothing.
    let connection: String

    /// The schema in which the library's tables are: `conversation_history` unless set.
    ///
    /// Libraries in other schemas of the same database have nothing to do with each other. The name has up to 63 bytes
    /// and no NUL; names that begin with `pg_`, `information_schema` and `$user` are the server's own, and refused.
    public var schema = "conversation_history"

    /// Whether a library is made if there is none: `true` unless set.
    ///
    /// A program that only reads sets it to `false`, so that a mistyped name does not look like an empty library: opening
    /// one that is not there then throws an error with the code `notFound`.
    public var createsIfMissing = true

    /// How many connections are kept open: 5 unless set.
    ///
    /// Each is opened when it is first needed.
    public var poolSize = 5

    /// How many more are opened while all of those are in use, and closed afterwards: 10 unless set.
    public var maximumOverflow = 10

    /// How long a call waits for a connection: 10 seconds unless set.
    ///
    /// It waits when all are in use, and when the server is away after it had been there, as while another takes its
    /// place. How long a host may take to answer at all is libpq's to say: 10 seconds for each host, unless
    /// `connect_timeout` is given.
    public var acquireTimeout = Duration.seconds(10)

    /// How long a write waits for another one that is in its way: 10 seconds unless set.
    public var busyTimeout = Duration.seconds(10)

    /// How long a server may be silent that was asked something: 2 minutes unless set.
    ///
    /// It is for a server that hangs while its system still answers for it, of which no connection tells. What has written
    /// then fails with the code `notDurable`, what has only read with `busy`, and the connection is not used any more. The
    /// server may also wait for another writer, for up to ``busyTimeout``, before the time begins. A purge of very many
    /// conversations is a single call, and so is each part of ``PostgresConversationLibrary/verify()`` and of a backup.
    /// Bringing the tables to a new version may take an hour for each step.
    public var responseTimeout = Duration.seconds(120)

    /// What a save that has returned survives: with `processCrash`, all but a crash of the server.
    ///
    /// With `full`, as long as it is not set otherwise, the server has stored the save when it returns, and so have the
    /// standbys that the server is set up to wait for. A setting of `synchronous_commit` that says more or less than that
    /// is left alone, unless it is `off`.
    public var durability = Durability.full

    /// Creates a configuration from a URL, such as `postgresql://ada@localhost/history`.
    ///
    /// - Parameter url: A URL or a text of keywords (`host=localhost dbname=history`) as libpq takes them, or the name of
    ///   a database. What is not said in it, libpq takes from its variables (`PGHOST`, `PGPASSWORD`, `PGSERVICE`, …) and
    ///   files; with an empty text, everything.
    public init(url: String) { connection = url }

    /// Creates a configuration from libpq's own variables, files and defaults.
    public init() { connection = "" }

    /// Creates a configuration from what an application's environment says; `nil` unless it names a PostgreSQL database.
    ///
    /// - Parameter configuration: Where the library is to be, and the sizes of the pool.
    public init?(_ configuration: LibraryConfiguration) {
        guard case .postgresql(let url) = configuration.location else { return nil }
        connection = url.string
        poolSize = configuration.poolSize
        maximumOverflow = configuration.maximumOverflow
    }

    /// The hosts, the database and the schema.
    public var description: String { "\(PostgresTarget.location(of: connection)), schema \(schema)" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing but what ``description`` says, so that no tool prints the password either.
    public var customMirror: Mirror { Mirror(self, children: ["location": description]) }
}
#endif
