import Foundation

/// Operations on paths from the user.
enum FilePath {
    /// Splits a path into its directory and its last component.
    static func split(_ path: String) -> (parent: String, name: String) {
        // Works on bytes, because a slash with a combining mark is another character but still a separator.
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") {
            rest = rest[..<rest.utf8.index(before: rest.endIndex)]
        }
        guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(rest)) }
        let name = String(rest[rest.utf8.index(after: slash)...])
        return (slash == rest.startIndex ? "/" : String(rest[..<slash]), name)
    }

    /// Returns an absolute path without symbolic links; `nil` if the file doesn't exist or its path is not UTF-8.
    static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(validatingCString: real)
    }

    /// Returns the path of an open file; `nil` if the system doesn't provide it.
    static func path(of descriptor: Int32) -> String? {
        #if canImport(Darwin)
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard fcntl(descriptor, F_GETPATH, &buffer) == 0 else { return nil }
        return String(validatingCString: buffer)
        #else
        return linkTarget("/proc/self/fd/\(descriptor)")
        #endif
    }

    /// Returns a path and, if it is a symbolic link, the paths along the chain of links.
    ///
    /// The last path need not exist.
    static func links(from path: String) -> [String] {
        var paths = [path]
        // Common systems follow up to 40 links.
        while paths.count <= 40, let last = paths.last, let target = linkTarget(last) { paths.append(target) }
        return paths
    }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        let bytes = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        guard count > 0, let target = String(validating: bytes, as: UTF8.self) else { return nil }
        return target.utf8.first == UInt8(ascii: "/") ? target : split(path).parent + "/" + target
    }
}

/// The identity of a file, independent of its path.
struct FileNumber: Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// The number of names that the file has.
    let linkCount: UInt64

    /// The file type bits of its mode.
    let kind: mode_t

    /// Reads the status of the file at a path; `nil` if it doesn't exist.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Reads the status of an open file; `nil` if the descriptor is closed.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        linkCount = UInt64(truncatingIfNeeded: status.st_nlink)
        kind = status.st_mode & S_IFMT
    }

    /// Whether both identify the same file.
    func isSameFile(as other: FileNumber) -> Bool { device == other.device && inode == other.inode }

    /// Whether this identifies the file with a device and an inode number.
    func isSameFile(device: UInt64, inode: UInt64) -> Bool { self.device == device && self.inode == inode }
}
