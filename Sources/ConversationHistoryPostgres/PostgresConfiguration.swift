#if PostgreSQL
public import ConversationHistory
public import ConversationHistoryLibrary

/// The location of a library in PostgreSQL, and how to connect to it.
///
/// libpq receives the whole connection string, so everything that it supports works: TLS (`sslmode`, `sslrootcert`),
/// service files, a password file, and several hosts of which it chooses one (`target_session_attrs`):
///
/// ```swift
/// var configuration = PostgresConfiguration(
///     url: "postgresql://ada@db1,db2/history?target_session_attrs=read-write&sslmode=verify-full"
/// )
/// configuration.poolSize = 10
/// let library = try await PostgresConversationLibrary(configuration)
/// ```
///
/// The description of a configuration contains neither the password nor the user name.
public struct PostgresConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The connection string for libpq: a URL, keywords and values, the name of a database, or nothing.
    let connection: String

    /// The schema that contains the library's tables.
    ///
    /// Defaults to `conversation_history`. Libraries in different schemas of a database are independent of each other.
    /// The name has 1 to 63 bytes and no NUL. The server reserves `information_schema`, `$user` and names that begin
    /// with `pg_`; opening a library refuses them.
    public var schema = "conversation_history"

    /// Whether to create a missing library.
    ///
    /// Defaults to `true`. Set it to `false` in a program that only reads, so that a mistyped name does not look like
    /// an empty library: opening a missing library then throws an error with the code `notFound`.
    public var createsIfMissing = true

    /// The number of connections that the pool keeps open.
    ///
    /// Defaults to 5. Each connection is opened on first use.
    public var poolSize = 5

    /// The number of additional connections while the pool's own are all in use.
    ///
    /// Defaults to 10. Additional connections are closed after use.
    public var maximumOverflow = 10

    /// The maximum time that a call waits for a connection.
    ///
    /// Defaults to 10 seconds. A call waits while all connections are in use, and while a server that was reachable
    /// before is away, as during a failover. The time limit for connecting to a host is libpq's: 10 seconds for each
    /// host, unless `connect_timeout` is given.
    public var acquireTimeout = Duration.seconds(10)

    /// The maximum time that a write waits for a conflicting write.
    ///
    /// Defaults to 10 seconds.
    public var busyTimeout = Duration.seconds(10)

    /// The maximum time that the server may take to respond to a request.
    ///
    /// Defaults to 2 minutes. The limit detects a hung server whose operating system still keeps the connection alive.
    /// A write then fails with the code `notDurable`, a read with `busy`, and the connection is closed. The server may
    /// also wait for another writer, for up to ``busyTimeout``, before the time begins. A purge is a single request,
    /// however many conversations it removes, and so is each part of ``PostgresConversationLibrary/verify()`` and of a
    /// backup. Each step of a schema migration may take an hour.
    public var responseTimeout = Duration.seconds(120)

    /// The durability of a completed save.
    ///
    /// Defaults to `full`: when the save returns, the server has stored it, and so have the standbys that the server is
    /// configured to wait for. The server's own `synchronous_commit` setting, stronger or weaker, takes precedence
    /// unless it is `off`. With `processCrash`, a save survives everything except a crash of the server.
    public var durability = Durability.full

    /// Creates a configuration from a URL, such as `postgresql://ada@localhost/history`.
    ///
    /// - Parameter url: A URL, keywords and values (`host=localhost dbname=history`) as libpq accepts them, or the name
    ///   of a database. libpq takes missing parts from its variables (`PGHOST`, `PGPASSWORD`, `PGSERVICE`, …) and
    ///   files; an empty text leaves all parts to it.
    public init(url: String) { connection = url }

    /// Creates a configuration from libpq's own variables, files and defaults.
    public init() { connection = "" }

    /// Creates a configuration from an application's configuration; `nil` if it names no PostgreSQL database.
    ///
    /// - Parameter configuration: The location of the library, and the sizes of the pool.
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

    /// A mirror that contains only ``description``, so that no tool prints the password.
    public var customMirror: Mirror { Mirror(self, children: ["location": description]) }
}
#endif
