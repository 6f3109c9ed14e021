import Foundation

/// Operations that run programs of the PostgreSQL installation, each as a separate process.
extension PostgresServer {
    /// Creates an empty database, and returns its URL through the socket.
    package func makeDatabase(_ name: String, encoding: String = "UTF8") throws -> String {
        _ = try run("createdb", "-T", "template0", "-E", encoding, name)
        let escaped = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
        return url.dropLast("postgres".count) + escaped
    }

    /// Runs an SQL file in a database, such as one that `pg_dump` wrote.
    package func runFile(_ file: String, in database: String) throws {
        _ = try run("psql", "-qXv", "ON_ERROR_STOP=1", "-f", file, database)
    }

    /// Runs commands in a session, by default as the superuser, and returns the values, one row per line.
    @discardableResult
    package func execute(
        _ sql: String...,
        as user: String = PostgresServer.user,
        in database: String = "postgres"
    ) throws -> String {
        try execute(sql, as: user, in: database)
    }

    /// Runs commands in a session, and returns the values, one row per line.
    package func execute(
        _ sql: [String],
        as user: String = PostgresServer.user,
        in database: String = "postgres"
    ) throws -> String {
        let commands = sql.flatMap { ["-c", $0] }
        let text = try run(
            "psql",
            ["-qXAtv", "ON_ERROR_STOP=1", "-v", "VERBOSITY=sqlstate"] + commands + [database],
            user
        )
        return text.trimmingCharacters(in: .newlines)
    }

    /// Runs commands in a session at another URL, and returns the values, one row per line.
    func execute(_ sql: [String], at url: String) throws -> String {
        try run("psql", ["-qXAtv", "ON_ERROR_STOP=1"] + sql.flatMap { ["-c", $0] } + [url])
            .trimmingCharacters(in: .newlines)
    }

    /// The content of the server's log.
    package var log: String { get throws { try String(contentsOfFile: path + "/log", encoding: .utf8) } }

    /// Dumps a schema of a database into a file, as SQL commands that recreate it.
    package func dump(_ schema: String, of database: String = "postgres", to file: String) throws {
        // The program expects a pattern; in quotation marks, it matches only this name.
        let name = schema.replacingOccurrences(of: "\"", with: "\"\"")
        _ = try run("pg_dump", "-n", "\"\(name)\"", "-f", file, database)
    }

    /// Waits until a standby has replayed everything that is committed here so far.
    package func waitUntilCaughtUp(_ standby: PostgresServer) throws {
        let position = try execute("SELECT pg_current_wal_flush_lsn()")
        let isThere = "SELECT pg_last_wal_replay_lsn() >= '\(position)'"
        while try !standby.execute(isThere).hasPrefix("t") { Thread.sleep(forTimeInterval: 0.02) }
    }

    /// Disconnects this standby, so that it receives no further commits.
    package func loseContact() throws {
        try execute("ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
        while try !execute("SELECT count(*) FROM pg_stat_wal_receiver").hasPrefix("0") {
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    /// Vacuums, analyzes and checkpoints immediately.
    ///
    /// The server does this by itself within minutes after heavy writing. Until then, it plans with guesses and has
    /// less capacity for queries.
    package func tidyUp() throws {
        _ = try run("psql", "-qXc", "VACUUM ANALYZE", "-c", "CHECKPOINT", "postgres")
    }

    /// Returns the average time in milliseconds of a transaction that inserts one row, or `nil` if `pgbench` is
    /// missing.
    package func insertTime(seconds: Int) throws -> Double? {
        guard let programs = Self.programs, FileManager.default.isExecutableFile(atPath: "\(programs)/pgbench") else {
            return nil
        }
        let directory = TemporaryDirectory()
        directory.write("table.sql", [UInt8]("CREATE TABLE IF NOT EXISTS floor(value bigint);".utf8))
        directory.write("insert.sql", [UInt8]("INSERT INTO floor VALUES (1);".utf8))
        _ = try run("pgbench", "-n", "-t", "1", "-f", directory.path("table.sql"), "postgres")
        let times = ["-M", "prepared", "-T", "\(seconds)", "-f", directory.path("insert.sql")]
        let lines = try run("pgbench", ["-n"] + times + ["postgres"]).split(separator: "\n")
        let average = lines.first { $0.hasPrefix("latency average = ") }
        return average?.split(separator: " ").lazy.compactMap { Double($0) }.first
    }

    private func run(_ program: String, _ arguments: String...) throws -> String { try run(program, arguments) }

    /// Runs a program of the installation as a database user until it exits, and returns its output.
    private func run(_ program: String, _ arguments: [String], _ user: String = user) throws -> String {
        guard let programs = Self.programs else { throw Failure(description: "There is no PostgreSQL server here.") }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        // The thread may block signals, including the one that tells `pgbench` that its time is over. A shell unblocks
        // them.
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", "\"$@\"; exit $?", "sh", "\(programs)/\(program)", "-h", path, "-p", "\(port)", "-U", user]
            + arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // The error output is short enough for the pipe's buffer, so the program never blocks on it.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(program): \(errorText)") }
        return text
    }
}
