import Foundation

/// A file or standard input, read from its beginning.
///
/// Reads block the main thread, on which nothing else is waiting.
@MainActor
final class InputFile {
    private let descriptor: Int32
    private let name: String

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws(FileError) {
        name = path == "-" ? "Standard input" : path.quoted
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(name, cannotBe: "read", errno) }
    }

    deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

    /// Returns the next part; `nil` at the end.
    func next() throws(FileError) -> [UInt8]? {
        var part = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = part.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return Array(part[..<count]) }
            if count == 0 { return nil }
            if errno == EAGAIN {
                // Another process that shares standard input made it non-blocking.
                var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&state, 1, -1)
            } else if errno != EINTR {
                throw FileError(name, cannotBe: "read", errno)
            }
        }
    }

    /// Returns the rest of the file.
    ///
    /// - Parameters:
    ///   - beginning: The part that was read already.
    ///   - limit: The maximum size of the file, in bytes.
    func rest(after beginning: [UInt8] = [], limit: Int) throws(FileError) -> [UInt8] {
        var bytes = beginning
        while let part = try next() {
            guard bytes.count + part.count <= limit else { throw FileError(name, isLargerThan: limit) }
            bytes += part
        }
        return bytes
    }
}
