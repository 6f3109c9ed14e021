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

/// Waiting for a socket, on a thread that may block.
enum SocketWait {
    /// Waits until there is something to read, or, if that is asked for, room to write.
    ///
    /// - Returns: Whether there is something to read; the end of a connection is.
    static func wait(_ socket: Int32, toWrite: Bool) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0), revents: 0)
        while poll(&entry, 1, -1) < 0, errno == EINTR {}
        // Errors count as something to read: it is the reader who is told what they are.
        return entry.revents & ~Int16(POLLOUT) != 0
    }

    /// Whether there is something to read now.
    static func hasInput(_ socket: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// The value of a variable of the environment, if it is set.
    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
#endif
