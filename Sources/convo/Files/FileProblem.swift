import Foundation

/// A file that cannot be read.
struct FileProblem: Error, Hashable, CustomStringConvertible {
    /// Which file, and why, in a sentence.
    let description: String

    init(_ name: String, cannotBe done: String, _ number: Int32) {
        description = "\(name) cannot be \(done): \(String(cString: strerror(number)))."
    }

    init(_ name: String, isLargerThan limit: Int) {
        description = "\(name) is larger than the \(Count.ofBytes(limit)) that are allowed."
    }
}
