/// A failed call to the system or to a database library.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat` or `sqlite3_step`.
    public let call: String

    /// The error number, such as `ENOSPC`, or the extended result code of SQLite; 0 if there is none.
    public let errno: Int32

    /// The error code of a database server, such as `53100`; `nil` for other errors.
    public let sqlState: String?

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a custom store; the description must not quote stored data.
    public init(call: String, errno: Int32, description: String, sqlState: String? = nil) {
        self.call = call
        self.errno = errno
        self.description = description
        self.sqlState = sqlState
    }
}
