/// The call to the system or to a database's library behind an error.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat` or `sqlite3_step`.
    public let call: String

    /// The number of the error, such as `ENOSPC`; of a SQLite call, its extended result code.
    public let errno: Int32

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a store of one's own; the description must hold nothing of what is stored.
    public init(call: String, errno: Int32, description: String) {
        self.call = call
        self.errno = errno
        self.description = description
    }
}
