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

/// System calls that libpq does not cover, for threads that may block.
enum PostgresSystem {
    /// The outcome of a wait for a socket.
    enum Readiness {
        /// Input, an error or the end of the connection.
        case readable
        /// Room to write.
        case writable
        /// The deadline has passed.
        case late
    }

    /// Waits until a socket has input or, on request, room to write.
    static func wait(_ socket: Int32, toWrite: Bool, until deadline: ContinuousClock.Instant) -> Readiness {
        var entry = pollfd(fd: socket, events: Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0), revents: 0)
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            let count = poll(&entry, 1, Int32(max(0, min(left.rounded(.up), 1e9))))
            // Errors count as input, because the next read reports them.
            if count > 0 { return entry.revents & ~Int16(POLLOUT) != 0 ? .readable : .writable }
            if count < 0, errno != EINTR { return .readable }
            if left <= 0 { return .late }
        }
    }

    /// Returns whether a socket has input now.
    static func hasInput(_ socket: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Waits until one of several descriptors has input, or a time has passed.
    static func wait(forAny descriptors: Int32..., milliseconds: Int32) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
    }

    /// Blocks the thread.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Creates a pipe that child programs do not inherit; both ends are -1 if no descriptors are available.
    static func makePipe() -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        return (ends[0], ends[1])
    }

    /// Writes a byte as a signal; it may stay unread.
    static func writeByte(to descriptor: Int32) {
        var byte: UInt8 = 1
        _ = write(descriptor, &byte, 1)
    }

    /// Closes a descriptor.
    static func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

    /// Returns the value of an environment variable, if it is set.
    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
#endif
