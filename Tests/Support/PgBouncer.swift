import Foundation

/// A connection pooler in front of a server of the tests' own.
package final class PgBouncer: Sendable {
    /// When a connection to the server is given to another client.
    package enum Mode: String, Sendable {
        case session, transaction
    }

    /// Whether the program is here.
    package static var isAvailable: Bool { program != nil }

    private static let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private let server: PostgresServer
    private let directory = TemporaryDirectory()
    private let process = Process()
    private let input = Pipe()
    private let port: Int

    /// Starts a pooler.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - mode: What it pools by.
    ///   - poolSize: How many connections to the server it keeps at the most.
    package init(to server: PostgresServer, _ mode: Mode, poolSize: Int = 20) throws {
        guard let program = Self.program else {
            throw PostgresServer.Failure(description: "There is no pgbouncer here.")
        }
        self.server = server
        port = try PostgresServer.freePort()
        let configuration = """
            [databases]
            * = host=\(server.path) port=\(server.port)
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = \(port)
            unix_socket_dir =
            auth_type = trust
            auth_file = \(directory.path("users"))
            pool_mode = \(mode.rawValue)
            default_pool_size = \(poolSize)
            max_client_conn = 200
            logfile = \(directory.path("log"))
            """
        directory.write("pgbouncer.ini", Array(configuration.utf8))
        directory.write("users", Array("\"\(PostgresServer.user)\" \"\"\n".utf8))
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // It does not run for one who may do everything. It ends with its input, however the tests end.
        let script = """
            program="$1"; directory="$2"
            if [ "$(id -u)" = 0 ]; then
                chown -R postgres "$directory"
                set -- setpriv --reuid=postgres --regid=postgres --init-groups "$program" -q "$directory/pgbouncer.ini"
            else
                set -- "$program" -q "$directory/pgbouncer.ini"
            fi
            "$@" > /dev/null 2>&1 < /dev/null &
            pooler=$!
            cat > /dev/null
            kill -KILL "$pooler"
            """
        process.arguments = ["-c", script, "sh", program, directory.path(".")]
        process.standardInput = input
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try process.run()
        for _ in 0..<200 {
            // It is not there yet.
            if (try? execute("SELECT 1")) == "1" { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw PostgresServer.Failure(description: "pgbouncer does not start.")
    }

    deinit {
        // Closing fails if it was closed, which is what is wanted.
        try? input.fileHandleForWriting.close()
    }

    /// The URL of the pooler.
    package var url: String { "postgresql://\(PostgresServer.user)@127.0.0.1:\(port)/postgres" }

    /// Runs commands in a session that goes by the pooler, and returns the values, each row on a line.
    package func execute(_ sql: String...) throws -> String { try server.execute(sql, at: url) }
}
