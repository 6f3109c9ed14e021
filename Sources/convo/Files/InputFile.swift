import Foundation

/// A file that is read from its beginning, or standard input.
///
/// Reading blocks, and is done on the main thread, on which nothing else waits.
@MainActor
final class InputFile {
    private let descriptor: Int32
    private let name: String

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws(FileProblem) {
        name = path == "-" ? "Standard input" : path.quoted
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(name, cannotBe: "read", errno) }
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    /// Returns the next part; `nil` at the end.
    func next() throws(FileProblem) -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return Array(part[..<count]) }
            if count == 0 { return nil }
            if errno == EAGAIN {
                // Whoever shares standard input has made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&state, 1, -1)
            } else if errno != EINTR {
                throw FileProblem(name, cannotBe: "read", errno)
            }
        }
    }

    /// Returns all that is left.
    ///
    /// - Parameter limit: How much that may be, in bytes.
    func rest(after beginning: [UInt8] = [], limit: Int) throws(FileProblem) -> [UInt8] {
        var bytes = beginning
        while let part = try next() {
            guard bytes.count + part.count <= limit else { throw FileProblem(name, isLargerThan: limit) }
            bytes += part
        }
        return bytes
    }
}
