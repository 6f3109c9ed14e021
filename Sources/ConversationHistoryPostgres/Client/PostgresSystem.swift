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

/// What is asked of the system beside libpq, on threads that may block.
enum PostgresSystem {
    /// What became of a wait for a socket.
    enum Readiness {
        /// There is something to read; the end of a connection is.
        case readable
        /// There is room to write.
        case writable
        /// The time is over.
        case late
    }

    /// Waits until there is something to read, or, if that is asked for, room to write.
    static func wait(_ socket: Int32, toWrite: Bool, until deadline: ContinuousClock.Instant) -> Readiness {
        var entry = pollfd(fd: socket, events: Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0), revents: 0)
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            let count = poll(&entry, 1, Int32(max(0, min(left.rounded(.up), 1e9))))
            // Errors count as something to read: it is the reader who is told what they are.
            if count > 0 { return entry.revents & ~Int16(POLLOUT) != 0 ? .readable : .writable }
            if count < 0, errno != EINTR { return .readable }
            if left <= 0 { return .late }
        }
    }

    /// Whether there is something to read now.
    static func hasInput(_ socket: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Waits until there is something to read from one of several descriptors, or a time has passed.
    static func wait(forAny descriptors: Int32..., milliseconds: Int32) {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        _ = poll(&entries, nfds_t(entries.count), milliseconds)
    }

    /// Lets the thread wait.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Makes a pipe, which no program that is started has; both ends are -1 if there are no descriptors.
    static func makePipe() -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        return (ends[0], ends[1])
    }

    /// Writes a byte, which nobody has to read.
    static func writeByte(to descriptor: Int32) {
        var byte: UInt8 = 1
        _ = write(descriptor, &byte, 1)
    }

    /// Closes a descriptor.
    static func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

    /// The value of a variable of the environment, if it is set.
    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
#endif
