import ConversationHistory
import Foundation

/// An HTTP server on this machine that answers each request by a script.
final class LoopbackServer: Sendable {
    /// A part of an answer.
    enum Step: Sendable {
        /// Sends bytes as they are.
        case send([UInt8])
        /// Sends nothing until it is released.
        case hold
    }

    /// The address of the API.
    let address: String

    private let place: sockaddr_in
    private let isStopped = Lock(false)
    private let requests = Lock<[String]>([])
    private let released = DispatchSemaphore(value: 0)

    /// Starts a server that answers one request after another, each by a script of its own.
    ///
    /// Without scripts it keeps its address, and refuses connections.
    init(_ scripts: [[Step]]) {
        // An answer to a client that has gone must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        let listener = Self.makeSocket()
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &place) { place in
            place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
                precondition(bind(listener, place, size) == 0, "cannot bind a socket: \(errno)")
                if !scripts.isEmpty { precondition(listen(listener, 8) == 0, "cannot listen: \(errno)") }
                getsockname(listener, place, &size)
            }
        }
        self.place = place
        address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        guard !scripts.isEmpty else { return }
        // The thread alone uses the descriptor and closes it, as its number may be another server's right after.
        Thread.detachNewThread { [self] in
            for script in scripts {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, !isStopped.withLock({ $0 }) else { break }
                serve(connection, script)
                close(connection)
            }
            close(listener)
        }
    }

    private static func makeSocket() -> Int32 {
        #if canImport(Glibc)
        return socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        return socket(AF_INET, SOCK_STREAM, 0)
        #endif
    }

    /// The requests that have come, with their heads and bodies.
    var received: [String] { requests.withLock { $0 } }

    /// The bodies of the requests.
    var bodies: [String] { received.map { $0.components(separatedBy: "\r\n\r\n").dropFirst().joined() } }

    /// Ends what is held.
    func release() { released.signal() }

    /// Ends what is held, and takes no more requests.
    func stop() {
        isStopped.withLock { $0 = true }
        release()
        // Wakes the thread if it waits for a connection.
        let waker = Self.makeSocket()
        withUnsafePointer(to: place) { place in
            _ = place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(waker, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        close(waker)
    }

    private func serve(_ connection: Int32, _ script: [Step]) {
        let request = read(connection)
        requests.withLock { $0.append(request) }
        for step in script {
            switch step {
            case .send(let bytes):
                guard bytes.withUnsafeBytes({ send(connection, $0.baseAddress, $0.count, 0) }) == bytes.count else {
                    return
                }
                // So that what is sent in pieces is read in pieces.
                usleep(1000)
            case .hold: released.wait()
            }
        }
    }

    private func read(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n") {
                let fields = text[..<head.lowerBound].lowercased().components(separatedBy: "\r\n")
                let length = fields.first { $0.hasPrefix("content-length:") }?.split(separator: ":").last
                let count = length.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
                if text[head.upperBound...].utf8.count >= count { return text }
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = chunk.withUnsafeMutableBytes { recv(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return text }
            bytes += chunk[..<count]
        }
    }
}

extension [LoopbackServer.Step] {
    /// An answer of events, sent in odd pieces; the end of the connection ends it.
    static func events(_ data: [String], lineEnd: String = "\n", sizes: [Int] = [1, 7, 2, 13, 3]) -> Self {
        let body = data.map { "data: \($0)\(lineEnd)\(lineEnd)" }.joined()
        var rest = [UInt8](body.utf8)[...]
        var steps: Self = [.head(status: "200 OK", type: "text/event-stream")]
        var turn = 0
        while !rest.isEmpty {
            steps.append(.send([UInt8](rest.prefix(sizes[turn % sizes.count]))))
            rest = rest.dropFirst(sizes[turn % sizes.count])
            turn += 1
        }
        return steps
    }

    /// An answer of one body.
    static func body(_ text: String, status: String, type: String = "application/json") -> Self {
        [.head(status: status, type: type), .send([UInt8](text.utf8))]
    }
}

extension LoopbackServer.Step {
    /// The head of an answer.
    static func head(status: String, type: String, more: String = "") -> Self {
        .send(Array("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nConnection: close\r\n\(more)\r\n".utf8))
    }
}
