import ConversationHistory
import Foundation

/// A PostgreSQL server for the tests, with its data in a temporary directory.
///
/// It listens on a socket in that directory and on a port of the loopback interface. A shell script monitors it: when
/// the tests end, for any reason, the script stops the server and removes the directory.
package final class PostgresServer: Sendable {
    /// The environment variable with the URL of a server to use instead.
    package static let urlVariable = "CONVERSATION_HISTORY_POSTGRES_URL"

    /// The superuser; over the loopback interface, the server requires ``password``.
    package static let user = "postgres"
    package static let password = "pass-of-the-tests"

    /// Whether a server is given or can be started.
    package static var isAvailable: Bool { givenURL != nil || programs != nil }

    /// Whether a server can be started, stopped and killed on this machine.
    package static var canStart: Bool { programs != nil }

    /// Returns the URL of the server that all tests of a process share: the given one, or one that is started.
    package static func sharedURL() throws -> String { try givenURL ?? shared.get().url }

    /// Returns the server that the tests of this process share, and starts it if needed.
    package static func own() throws -> PostgresServer { try shared.get() }

    private static let shared = Result { try PostgresServer() }

    private static let givenURL = ProcessInfo.processInfo.environment[urlVariable].flatMap { $0.isEmpty ? nil : $0 }

    /// The directory that contains all required programs of the PostgreSQL installation.
    static let programs: String? = {
        let manager = FileManager.default
        var places: [String] = []
        for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
            // A missing directory has no programs.
            let names = (try? manager.contentsOfDirectory(atPath: parent)) ?? []
            places += names.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
                .map { "\(parent)/\($0)/bin" }
        }
        places += (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let names = ["initdb", "postgres", "pg_isready", "pg_ctl", "pg_basebackup", "pg_dump", "psql"]
        return places.first { place in names.allSatisfy { manager.isExecutableFile(atPath: "\(place)/\($0)") } }
    }()

    /// The directory with the socket; it is removed with the server.
    package let path: String

    /// The port, which is also part of the socket's name.
    package let port: Int

    private let process: Process
    /// The input and output of the shell script: one command per line, and one answer for each.
    private let pipes: Lock<(input: Pipe, output: Pipe)>

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - primary: The server that the new one replicates as a standby.
    ///   - settings: Settings in addition to those that the tests need.
    package init(standbyOf primary: PostgresServer? = nil, settings: [String: String] = [:]) throws {
        guard let programs = Self.programs else { throw Failure(description: "There is no PostgreSQL server here.") }
        // This ignores TMPDIR, because the path of a socket is limited to about a hundred bytes.
        guard let path = TemporaryDirectory.make(in: "/tmp") else {
            throw Failure(description: "There is no directory for a server.")
        }
        self.path = path
        port = try Self.freePort()
        let pipes = (input: Pipe(), output: Pipe())
        // Without this, a process that the tests start would inherit the pipe and keep the server running after them.
        _ = fcntl(pipes.input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        var arguments = ["-c", Self.becomeUnprivileged, "sh", path, Self.watch, programs, path, "\(port)"]
        arguments.append(primary.map { "host=\($0.path) port=\($0.port) user=\(Self.user)" } ?? "")
        let fixed = [
            "fsync": "on", "max_connections": "300", "shared_buffers": "64MB", "listen_addresses": "127.0.0.1",
            "max_wal_senders": "4", "wal_keep_size": "256MB",
        ]
        for (name, value) in fixed.merging(settings, uniquingKeysWith: { $1 }) {
            arguments += ["-c", "\(name)=\(value)"]
        }
        process.arguments = arguments
        process.standardInput = pipes.input
        process.standardOutput = pipes.output
        try process.run()
        self.pipes = Lock(pipes)
        try expectAnswer()
    }

    deinit {
        // The script stops the server at the end of its input. Closing fails only if the pipe is already closed, which
        // is just as good.
        try? pipes.withLock { try $0.input.fileHandleForWriting.close() }
    }

    /// The URL through the socket, for which the server requires no password.
    package var url: String { url(user: Self.user) }

    /// Returns the URL through the socket for a role.
    package func url(user: String) -> String {
        let host = path.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
        return "postgresql://\(user)@\(host):\(port)/postgres"
    }

    /// Returns the URL through the loopback interface.
    package func url(password: String) -> String {
        "postgresql://\(Self.user):\(password)@127.0.0.1:\(port)/postgres"
    }

    /// Kills all processes of the server at once, like a crash of the machine, except that the operating system keeps
    /// its cached writes.
    package func kill() throws { try command("kill") }

    /// Starts the server again.
    package func start() throws { try command("start") }

    /// Suspends all processes of the server: the system still accepts connections, but the server does not answer.
    package func hang() throws { try command("stop") }

    /// Resumes the processes of the server.
    package func goOn() throws { try command("continue") }

    /// Promotes this standby to a primary.
    package func promote() throws { try command("promote") }

    /// Gives a directory to the server's user and makes it reachable; only a privileged process can do this.
    package func giveAway(_ directory: String) throws {
        var status = stat()
        let parent = directory.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        guard stat(path + "/data", &status) == 0, chown(directory, status.st_uid, status.st_gid) == 0,
            chmod(parent, 0o711) == 0
        else { throw Failure(description: "The directory could not be given to the server: \(errno)") }
    }

    private func command(_ line: String) throws {
        try pipes.withLock { try $0.input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }
        try expectAnswer()
    }

    private func expectAnswer() throws {
        let answer = try pipes.withLock { pipes in
            var bytes: [UInt8] = []
            while let byte = try pipes.output.fileHandleForReading.read(upToCount: 1)?.first, byte != 10 {
                bytes.append(byte)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        guard answer == "ok" else { throw Failure(description: "The server answers: \(answer)") }
    }

    /// Returns a port on which no process listened a moment ago.
    static func freePort() throws -> Int {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw Failure(description: "There is no free port.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A failure to start or control a server.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
