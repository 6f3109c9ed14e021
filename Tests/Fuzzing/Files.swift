#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that could not be read or written.
struct FileError: Error {
    let path: String
    let errno: Int32
}

/// Ends the process.
func exitProcess(_ status: Int32) -> Never { exit(status) }

/// Returns what is in a file.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw FileError(path: path, errno: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 64 << 10)
    while true {
        let count = fread(&part, 1, part.count, file)
        guard count > 0 else { return bytes }
        bytes += part[..<count]
    }
}

/// Creates or overwrites a file.
func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    guard let file = fopen(path, "wb") else { throw FileError(path: path, errno: errno) }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else { throw FileError(path: path, errno: errno) }
}

/// Removes a file, if it is there.
func removeFile(_ path: String) { remove(path) }
