/// The system call behind an error.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat`.
    public let call: String

    /// The number of the error, such as `ENOSPC`.
    public let errno: Int32

    /// The call and the system's text for the error.
    public let description: String

    /// Creates an error, for a store of one's own.
    public init(call: String, errno: Int32, description: String) {
        self.call = call
        self.errno = errno
        self.description = description
    }
}
