/// The system call behind an error.
public struct SystemCallError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat`.
    public let call: String

    /// The number of the error, such as `ENOSPC`.
    public let errno: Int32

    /// The call and the system's text for the error.
    public let description: String
}
