/// The call to the system or to a database's library behind an error.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat` or `sqlite3_step`.
    public let call: String

    /// The number of the error, such as `ENOSPC`; of a SQLite call, its extended result code; 0 if it has none.
    public let errno: Int32

    /// The code of a database server's error, such as `53100`; `nil` if it is not of one.
    public let sqlState: String?

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a store of one's own; the description must hold nothing of what is stored.
    public init(call: String, errno: Int32, description: String, sqlState: String? = nil) {
        self.call = call
        self.errno = errno
        self.description = description
        self.sqlState = sqlState
    }
}
