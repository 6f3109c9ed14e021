import ConversationHistory
import Foundation

/// A PostgreSQL server of the tests' own, with its data in a temporary directory.
///
/// It listens on a socket in that directory and on a port of the loopback interface. A shell watches over it: when the
/// tests end, however they do, the shell stops the server and removes the directory.
package final class PostgresServer: Sendable {
    /// The variable that names a server to use in the place of one's own.
    package static let urlVariable = "CONVERSATION_HISTORY_POSTGRES_URL"

    /// The user who may do everything; over the loopback interface, the server wants ``password``.
    package static let user = "postgres"
    package static let password = "pass-of-the-tests"

    /// Whether there is a server, or one can be started.
    package static var isAvailable: Bool { givenURL != nil || programs != nil }

    /// Whether a server can be started, stopped and killed here.
    package static var canStart: Bool { programs != nil }

    /// The URL of the server that all tests of a process share: one that is given, or one that is started.
    package static func sharedURL() throws -> String { try givenURL ?? shared.get().url }

    /// The server that the tests of a process have started for themselves.
    package static func own() throws -> PostgresServer { try shared.get() }

    private static let shared = Result { try PostgresServer() }

    private static let givenURL = ProcessInfo.processInfo.environment[urlVariable].flatMap { $0.isEmpty ? nil : $0 }

    /// The directory of the server's programs: all that are used are there.
    static let programs: String? = {
        let manager = FileManager.default
        var places: [String] = []
        for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
            // A place that is not there has no programs.
            let names = (try? manager.contentsOfDirectory(atPath: parent)) ?? []
            places += names.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
                .map { "\(parent)/\($0)/bin" }
        }
        places += (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let names = ["initdb", "postgres", "pg_isready", "pg_ctl", "pg_basebackup", "pg_dump", "psql"]
        return places.first { place in names.allSatisfy { manager.isExecutableFile(atPath: "\(place)/\($0)") } }
    }()

    /// The directory with the socket; it goes with the server.
    package let path: String

    /// The port, in the name of the socket too.
    package let port: Int

    private let process: Process
    /// The shell's input and output: a command for a line, an answer for each.
    private let pipes: Lock<(input: Pipe, output: Pipe)>

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - primary: A server that the new one is to be a standby of.
    ///   - settings: What is set beside what the tests need.
    package init(standbyOf primary: PostgresServer? = nil, settings: [String: String] = [:]) throws {
        guard let programs = Self.programs else { throw Failure(description: "There is no PostgreSQL server here.") }
        // Not where TMPDIR says: the path of a socket has no more than about a hundred bytes.
        var template = Array("/tmp/conversation-history-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let path = String(validating: template.dropLast(), as: UTF8.self) else {
            throw Failure(description: "There is no directory for a server.")
        }
        self.path = path
        port = try Self.freePort()
        let pipes = (input: Pipe(), output: Pipe())
        // A process that the tests start would keep the server from ending with them.
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
        // The end of its input is what the shell waits for. Closing fails if it was closed, which is what is wanted.
        try? pipes.withLock { try $0.input.fileHandleForWriting.close() }
    }

    /// The URL by the socket, for which the server wants no password.
    package var url: String { url(user: Self.user) }

    /// The URL by the socket for some role.
    package func url(user: String) -> String {
        let host = path.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
        return "postgresql://\(user)@\(host):\(port)/postgres"
    }

    /// The URL by the loopback interface.
    package func url(password: String) -> String {
        "postgresql://\(Self.user):\(password)@127.0.0.1:\(port)/postgres"
    }

    /// Ends all the server's processes at once, as a crash of the machine would, but for what the system had to write.
    package func kill() throws { try command("kill") }

    /// Starts the server again.
    package func start() throws { try command("start") }

    /// Lets all the server's processes hang, until they go on; their system answers for them, and they do not.
    package func hang() throws { try command("stop") }

    /// Lets the server's processes go on.
    package func goOn() throws { try command("continue") }

    /// Makes a standby the server that is written to.
    package func promote() throws { try command("promote") }

    /// Lets the server's user have a directory, and reach it; only a privileged process can.
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

    /// A port that nobody listened on just now.
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

    /// What kept a server from doing what a test wants.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
