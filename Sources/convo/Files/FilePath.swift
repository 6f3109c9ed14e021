import Foundation

/// Paths as the user gives them.
enum FilePath {
    /// Parts a path into its directory and its last component.
    static func split(_ path: String) -> (parent: String, name: String) {
        // By bytes: a slash with a combining mark behind it is another character, but still the separator.
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") {
            rest = rest[..<rest.utf8.index(before: rest.endIndex)]
        }
        guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(rest)) }
        let name = String(rest[rest.utf8.index(after: slash)...])
        return (slash == rest.startIndex ? "/" : String(rest[..<slash]), name)
    }

    /// Returns an absolute path without symbolic links; `nil` if nothing stands there, or its path is not UTF-8.
    static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(validatingCString: real)
    }

    /// Returns the path of an open file; `nil` if the system does not say it.
    static func opened(_ descriptor: Int32) -> String? {
        #if canImport(Darwin)
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard fcntl(descriptor, F_GETPATH, &buffer) == 0 else { return nil }
        return String(validatingCString: buffer)
        #else
        return linkTarget("/proc/self/fd/\(descriptor)")
        #endif
    }

    /// Returns a path and those that the symbolic links at its end lead to, one after the other.
    ///
    /// The last one need not exist.
    static func links(from path: String) -> [String] {
        var paths = [path]
        // As many as the common systems follow.
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

/// What tells a file from all others, whatever path leads to it.
struct FileNumber: Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// The number of names that the file has.
    let linkCount: UInt64

    /// What kind of file it is: the part of its mode that says so.
    let kind: mode_t

    /// Looks at the file that a path leads to; `nil` if there is none.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at an open file; `nil` if the descriptor is closed.
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

    /// Whether both are the same file.
    func isSameFile(as other: FileNumber) -> Bool { device == other.device && inode == other.inode }

    /// Whether this is the file with a number on a device.
    func isSameFile(device: UInt64, inode: UInt64) -> Bool { self.device == device && self.inode == inode }
}
