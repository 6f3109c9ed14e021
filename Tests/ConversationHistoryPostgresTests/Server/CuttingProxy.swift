#if PostgreSQL
import Foundation
import ConversationHistory

/// Stands between libpq and a server, and cuts a connection where a test wants it.
final class CuttingProxy: Sendable {
    /// Where a connection is cut, when something is sent to the server next.
    enum Cut: Sendable, CaseIterable {
        /// Nothing of it reaches the server.
        case before
        /// Half of it does.
        case during
        /// All of it does, and the server's answer does not come back.
        case after
    }

    /// Whether the answers of a connection are dropped.
    private final class CutMark: Sendable {
        let isSet = Lock(false)
    }

    private struct State {
        /// What becomes of what is sent next, one after the other; nothing for `nil`.
        var cuts: ArraySlice<Cut?> = []
        var refuses = false
        var cutCount = 0
    }

    /// The port that the proxy listens on.
    let port: Int
    private let listener: Int32
    private let serverPort: Int
    private let state = Lock(State())

    init(to serverPort: Int) {
        self.serverPort = serverPort
        listener = Self.makeSocket()
        let port = Self.bindToFreePort(listener)
        guard port > 0, listen(listener, 16) == 0 else { fatalError("cannot listen: \(errno)") }
        self.port = port
        Self.detach { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                self.serve(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// How many connections were cut.
    var cutCount: Int { state.withLock { $0.cutCount } }

    /// Cuts the connection on which something is sent next.
    func cut(_ cut: Cut, thenRefusing: Bool = false) { self.cut([cut], thenRefusing: thenRefusing) }

    /// Cuts the connections on which something is sent next, one after the other; lets through what `nil` stands for.
    ///
    /// - Parameter thenRefusing: Whether no further connections are let through, from now on.
    func cut(_ cuts: [Cut?], thenRefusing: Bool = false) {
        state.withLock { ($0.cuts, $0.refuses) = (cuts[...], thenRefusing) }
    }

    /// Lets connections through again.
    func admit() { state.withLock { $0.refuses = false } }

    private func serve(_ client: Int32) {
        guard !state.withLock({ $0.refuses }) else {
            close(client)
            return
        }
        let server = Self.makeSocket()
        guard Self.withAddress(port: serverPort, { connect(server, $0, $1) }) == 0 else {
            close(client)
            close(server)
            return
        }
        let isCut = CutMark()
        Self.detach { [self] in
            pump(from: client, to: server) { isCut.isSet.withLock { $0 = true } }
            shutdown(server, Int32(SHUT_WR))
        }
        Self.detach {
            Self.copy(from: server, to: client) { isCut.isSet.withLock { $0 } }
            // Whoever reads from either is told by the end; the descriptors are few and go with the process.
            for descriptor in [client, server] { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Copies what the client sends until the connection ends or is cut.
    private func pump(from client: Int32, to server: Int32, dropAnswers: () -> Void) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { return }
            let cut = state.withLock { state -> Cut? in
                guard let cut = state.cuts.popFirst() ?? nil else { return nil }
                state.cutCount += 1
                return cut
            }
            switch cut {
            case .before?:
                shutdown(client, Int32(SHUT_RDWR))
                return
            case .during?:
                _ = Self.writeAll(buffer[..<(count / 2)], to: server)
                shutdown(client, Int32(SHUT_RDWR))
                return
            case .after?:
                dropAnswers()
                fallthrough
            case nil: guard Self.writeAll(buffer[..<count], to: server) else { return }
            }
        }
    }

    /// Copies what the server answers, until there is something that is to be dropped: it answers when all is done.
    private static func copy(from source: Int32, to target: Int32, isCut: () -> Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0, !isCut() else { return }
            // What the client does not take any more is read all the same, so that the server can go on.
            _ = writeAll(buffer[..<count], to: target)
        }
    }

    private static func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            #if canImport(Darwin)
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
            #else
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            #endif
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func makeSocket() -> Int32 {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func withAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func bindToFreePort(_ descriptor: Int32) -> Int {
        guard withAddress(port: 0, { bind(descriptor, $0, $1) }) == 0 else { return 0 }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return result == 0 ? Int(UInt16(bigEndian: address.sin_port)) : 0
    }

    /// Runs something on a thread of its own, which may block.
    private static func detach(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.start()
    }
}
#endif
