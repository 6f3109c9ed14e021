#if PostgreSQL
#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Android)
import Android
#endif

/// Wakes a thread that waits for a socket, once.
final class WakePipe: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Without descriptors there is nothing to wait for either: the bell counts as rung.
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// Wakes who waits, now or later.
    func ring() {
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }

    /// Whether it was rung.
    var hasRung: Bool { reader < 0 || SocketWait.hasInput(reader) }

    /// Waits until it is rung, but no longer than this.
    func wait(milliseconds: Int32) {
        var entry = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }

    /// Waits until it is rung or there is something to read.
    func wait(or socket: Int32) {
        var entries = [
            pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&entries, 2, -1)
    }
}
#endif
