import Foundation

/// A failed write to standard output.
struct OutputError: Error, Hashable, CustomStringConvertible {
    /// The system's error number.
    let number: Int32

    /// Whether the reader has closed the pipe.
    var isClosedPipe: Bool { number == EPIPE }

    /// The error, in a sentence.
    var description: String { "Standard output cannot be written: \(String(cString: strerror(number)))." }
}
