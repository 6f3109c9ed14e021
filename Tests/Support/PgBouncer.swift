import Foundation

/// A connection pooler in front of a test server.
package final class PgBouncer: Sendable {
    /// The pooling mode, which says when a server connection may pass to another client.
    package enum Mode: String, Sendable {
        case session, transaction
    }

    /// Whether the program is installed.
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
    ///   - mode: The pooling mode.
    ///   - poolSize: The maximum number of connections to the server.
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
        // The pooler refuses to run as root, so the script changes the user. It stops the pooler when its input ends,
        // however the tests end.
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
            // An error means that the pooler does not accept connections yet.
            if (try? execute("SELECT 1")) == "1" { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw PostgresServer.Failure(description: "pgbouncer does not start.")
    }

    deinit {
        // Closing fails only if the pipe is already closed, which is just as good.
        try? input.fileHandleForWriting.close()
    }

    /// The URL of the pooler.
    package var url: String { "postgresql://\(PostgresServer.user)@127.0.0.1:\(port)/postgres" }

    /// Runs commands in a session through the pooler, and returns the values, one row per line.
    package func execute(_ sql: String...) throws -> String { try server.execute(sql, at: url) }
}
