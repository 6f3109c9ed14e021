import Foundation

/// An error in reading or writing a file.
struct FileError: Error, Hashable, CustomStringConvertible {
    /// The file and the reason, in a sentence.
    let description: String

    init(_ name: String, cannotBe done: String, _ number: Int32) {
        description = "\(name) cannot be \(done): \(String(cString: strerror(number)))."
    }

    init(_ name: String, isLargerThan limit: Int) {
        description = "\(name) is larger than the limit of \(Count.ofBytes(limit))."
    }
}
