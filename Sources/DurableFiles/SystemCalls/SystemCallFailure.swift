/// One system call that failed: its name and the error number that it left.
package struct SystemCallFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the call, such as `openat`.
    package let call: String

    /// The error number, such as `ENOENT`.
    package let errno: CInt

    /// Creates a failure.
    package init(call: String, errno: CInt) {
        self.call = call
        self.errno = errno
    }

    /// The call and the system's text for the error.
    package var description: String {
        "\(call): \(ErrorNumber.text(errno)) (\(errno))"
    }
}
