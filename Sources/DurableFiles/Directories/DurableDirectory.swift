/// An open directory, and the names in it.
///
/// The path that it is opened by is the caller's, and its symbolic links are followed. What lies inside is never reached
/// through one: neither a file nor a directory further down. All calls are relative to the open directory, and they
/// block: call them away from the cooperative thread pool.
package final class DurableDirectory: Sendable {
    /// The path by which it was opened.
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
    /// - Returns: `nil` if, and only if, there is none.
    package static func open(
        path: String,
        calls: any SystemCalls = RealSystemCalls()
    ) throws(FileFailure) -> DurableDirectory? {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(.invalidPath, operation: "open the directory", path: path)
        }
        return try open(path, in: nil, for: .directory, path: path, calls: calls)
    }

    /// Opens a directory by its path, and creates it with mode 0700 if it is missing, with those that lead to it.
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

    /// Returns the path of the directory that something lies in, and its name there.
    static func split(_ path: String) -> (parent: String, name: String) {
        var rest = path[...]
        while rest.utf8.count > 1, rest.utf8.last == UInt8(ascii: "/") {
            rest = rest[..<rest.utf8.index(before: rest.endIndex)]
        }
        // By bytes: a slash with a combining mark behind it is another character, but still the separator.
        guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(rest)) }
        let parent = slash == rest.startIndex ? "/" : String(rest[..<slash])
        return (parent, String(rest[rest.utf8.index(after: slash)...]))
    }

    /// Opens a directory in this one.
    ///
    /// - Returns: `nil` if, and only if, nothing stands under the name.
    /// - Throws: ``FileFailure/Kind/notDirectory`` for a file, and for a symbolic link wherever it leads.
    package func subdirectory(_ name: String) throws(FileFailure) -> DurableDirectory? {
        try Self.check(name, in: path)
        let path = DurableFile.join(path, name)
        return try Self.open(name, in: descriptor.number, for: .subdirectory, path: path, calls: calls)
    }

    /// Opens a directory in this one, and creates it with mode 0700 if it is missing.
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

    /// A file in this directory, which need not exist; a symbolic link in its place is not followed but refused.
    package func file(_ name: String) throws(FileFailure) -> DurableFile {
        try DurableFile(name: name, in: self)
    }

    /// Creates a directory that only its user may enter; one that is there already stays as it is.
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
            // One that stayed would be taken for durable when it is found there the next time. If something is in it
            // by now, somebody else has found it, and has been told no more than that it is there.
            try? calls.removeDirectory(name, in: descriptor.number)
            throw error
        }
    }

    /// Throws if a name leads elsewhere.
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
