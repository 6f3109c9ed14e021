/// An open directory and the names in it.
///
/// Symbolic links in the path that the caller opens are followed. Inside the directory, no file or directory is reached
/// through a symbolic link. All calls are relative to the open directory, and they block: keep them off the cooperative
/// thread pool.
package final class DurableDirectory: Sendable {
    /// The path that the directory was opened with.
    package let path: String

    let descriptor: Descriptor
    let calls: any SystemCalls

    private init(path: String, descriptor: consuming Descriptor, calls: any SystemCalls) {
        self.path = path
        self.descriptor = descriptor
        self.calls = calls
    }

    /// Opens a directory by its path.
    ///
    /// - Returns: The directory, or `nil` if, and only if, it does not exist.
    package static func open(
        path: String,
        calls: any SystemCalls = RealSystemCalls()
    ) throws(FileFailure) -> DurableDirectory? {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(.invalidPath, operation: "open the directory", path: path)
        }
        return try open(path, in: nil, for: .directory, path: path, calls: calls)
    }

    /// Opens a directory by its path, creating it and missing parent directories with mode 0700.
    package static func openOrCreate(
        path: String,
        durability: Durability,
        calls: any SystemCalls = RealSystemCalls()
    ) throws(FileFailure) -> DurableDirectory {
        if let directory = try open(path: path, calls: calls) { return directory }
        let (parent, name) = split(path)
        let above = try openOrCreate(path: parent, durability: durability, calls: calls)
        try above.makeDirectory(name, durability: durability)
        guard let directory = try open(path: path, calls: calls) else {
            let cause = SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchFile)
            throw FileFailure(operation: "open the directory", path: path, cause: cause)
        }
        return directory
    }

    /// Splits a path into the path of its parent directory and a name.
    static func split(_ path: String) -> (parent: String, name: String) {
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") {
            rest = rest[..<rest.utf8.index(before: rest.endIndex)]
        }
        // Search bytes: a slash with a combining mark is another character, but still the separator.
        guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(rest)) }
        let parent = slash == rest.startIndex ? "/" : String(rest[..<slash])
        return (parent, String(rest[rest.utf8.index(after: slash)...]))
    }

    /// Opens a subdirectory.
    ///
    /// - Returns: The subdirectory, or `nil` if, and only if, the name is free.
    /// - Throws: ``FileFailure/Kind/notDirectory`` for a file, and for a symbolic link to anything.
    package func subdirectory(_ name: String) throws(FileFailure) -> DurableDirectory? {
        try Self.check(name, in: path)
        let path = DurableFile.join(path, name)
        return try Self.open(name, in: descriptor.number, for: .subdirectory, path: path, calls: calls)
    }

    /// Opens a subdirectory, creating it with mode 0700 if it is missing.
    package func subdirectory(
        creating name: String,
        durability: Durability
    ) throws(FileFailure) -> DurableDirectory {
        if let found = try subdirectory(name) { return found }
        try makeDirectory(name, durability: durability)
        if let made = try subdirectory(name) { return made }
        let cause = SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchFile)
        throw FileFailure(operation: "open the directory", path: DurableFile.join(path, name), cause: cause)
    }

    /// Returns a file in this directory, which need not exist; a symbolic link under its name is refused.
    package func file(_ name: String) throws(FileFailure) -> DurableFile {
        try DurableFile(name: name, in: self)
    }

    /// Creates a directory that only its user may enter; leaves an existing one unchanged.
    private func makeDirectory(_ name: String, durability: Durability) throws(FileFailure) {
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.makeDirectory(name, in: descriptor.number)
            }
        } catch {
            if error.errno == ErrorNumber.fileExists { return }
            throw FileFailure(operation: "create the directory", path: DurableFile.join(path, name), cause: error)
        }
        guard durability == .full else { return }
        do throws(FileFailure) { try synchronize() } catch {
            // Remove the directory, or the next call would find it and take it for durable. If it is no longer empty,
            // another process has found it meanwhile, and relies only on its existence.
            try? calls.removeDirectory(name, in: descriptor.number)
            throw error
        }
    }

    /// Checks that a name cannot lead out of the directory.
    static func check(_ name: String, in path: String) throws(FileFailure) {
        let bytes = name.utf8
        guard !bytes.isEmpty, name != ".", name != "..", !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else {
            throw FileFailure(.invalidPath, operation: "open", path: path)
        }
    }

    private static func open(
        _ name: String,
        in directory: CInt?,
        for purpose: OpenPurpose,
        path: String,
        calls: any SystemCalls
    ) throws(FileFailure) -> DurableDirectory? {
        do throws(SystemCallFailure) {
            let descriptor = try Descriptor(opening: name, in: directory, for: purpose, calls: calls)
            return DurableDirectory(path: path, descriptor: descriptor, calls: calls)
        } catch {
            switch error.errno {
            case ErrorNumber.noSuchFile: return nil
            case ErrorNumber.notDirectory, ErrorNumber.tooManyLinks:
                throw FileFailure(.notDirectory, operation: "open the directory", path: path, cause: error)
            default: throw FileFailure(operation: "open the directory", path: path, cause: error)
            }
        }
    }
}
