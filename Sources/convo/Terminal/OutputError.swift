import Foundation

/// Standard output that cannot be written.
struct OutputError: Error, Hashable, CustomStringConvertible {
    /// The number of the system's error.
    let number: Int32

    /// Whether whoever read it has gone, having seen enough.
    var isClosedPipe: Bool { number == EPIPE }

    /// What happened, in a sentence.
    var description: String { "Standard output cannot be written: \(String(cString: strerror(number)))." }
}
