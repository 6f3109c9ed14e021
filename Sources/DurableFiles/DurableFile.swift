/// A file at a path, with symbolic links resolved and its directory open.
///
/// The file need not exist. All calls are relative to the open directory, so neither a swapped directory nor a changed
/// working directory can redirect them; open a new value for each operation that should see such changes. The calls
/// block: keep them off the cooperative thread pool.
///
/// A replacement loses the properties of the old file itself: hard links, access control lists, extended attributes,
/// and another owner where the system does not let this process change owners.
package final class DurableFile: Sendable {
    /// The number of symbolic links that common systems follow.
    private static let longestLinkChain = 40

    /// The number of attempts to find a free name; that many collisions are not a coincidence.
    private static let mostNames = 16

    /// The path as given.
    package let path: String

    /// The path of the file itself, with the symbolic links of the last component resolved.
    package let realPath: String

    let directoryPath: String
    let names: SiblingNames
    let directory: Descriptor
    let calls: any SystemCalls

    private init(
        path: String,
        directoryPath: String,
        name: String,
        directory: consuming Descriptor,
        calls: any SystemCalls
    ) {
        self.path = path
        self.realPath = Self.join(directoryPath, name)
        self.directoryPath = directoryPath
        self.names = SiblingNames(name: name)
        self.directory = directory
        self.calls = calls
    }

    /// The name of the file in its directory.
    package var name: String { names.name }

    /// Opens the directory of a file, following the symbolic links of the path's last component.
    ///
    /// - Parameters:
    ///   - path: An absolute path, or one relative to the working directory.
    ///   - calls: The system calls to use.
    /// - Throws: A failure with `ENOENT` and the directory's path if the directory is missing.
    package static func open(
        path: String,
        calls: any SystemCalls = RealSystemCalls()
    ) throws(FileFailure) -> DurableFile {
        var (parent, name) = try split(path, of: path)
        var directoryPath = parent
        var directory = try openDirectory(parent, in: nil, path: parent, calls: calls)
        for _ in 0..<longestLinkChain {
            guard let target = try linkTarget(name, in: directory.number, path: path, calls: calls) else {
                return DurableFile(
                    path: path,
                    directoryPath: directoryPath,
                    name: name,
                    directory: directory,
                    calls: calls
                )
            }
            (parent, name) = try split(target, of: path)
            directoryPath = join(directoryPath, parent)
            directory = try openDirectory(parent, in: directory.number, path: directoryPath, calls: calls)
        }
        throw FileFailure(.symbolicLinkLoop, operation: "open", path: path)
    }

    /// Creates a file in an open directory; a symbolic link under its name is not followed.
    init(name: String, in parent: DurableDirectory) throws(FileFailure) {
        try DurableDirectory.check(name, in: parent.path)
        let path = Self.join(parent.path, name)
        do throws(SystemCallFailure) {
            directory = try Descriptor(opening: ".", in: parent.descriptor.number, for: .directory, calls: parent.calls)
        } catch { throw FileFailure(operation: "open the directory of", path: path, cause: error) }
        self.path = path
        realPath = path
        directoryPath = parent.path
        names = SiblingNames(name: name)
        calls = parent.calls
    }

    /// Makes a system call of an operation, repeating it while signals interrupt it.
    func attempt<Result>(
        _ operation: String,
        path: String? = nil,
        _ call: () throws(SystemCallFailure) -> Result
    ) throws(FileFailure) -> Result {
        do throws(SystemCallFailure) {
            return try uninterrupted(call)
        } catch {
            throw FileFailure(operation: operation, path: path ?? self.path, cause: error)
        }
    }

    /// Returns the status of the file, or `nil` if its name is free.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` for anything but a regular file.
    func status(_ operation: String) throws(FileFailure) -> FileStatus? {
        let status: FileStatus
        do throws(SystemCallFailure) {
            status = try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(ofName: name, in: directory.number)
            }
        } catch {
            if error.errno == ErrorNumber.noSuchFile { return nil }
            throw FileFailure(operation: operation, path: path, cause: error)
        }
        guard status.kind == .regular else {
            throw FileFailure(.notRegularFile, operation: operation, path: path)
        }
        return status
    }

    /// Opens the file, or returns `nil` if its name is free.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` for anything but a regular file; the call never waits.
    func openExisting(
        _ operation: String,
        for purpose: OpenPurpose
    ) throws(FileFailure) -> OpenedFile? {
        do throws(SystemCallFailure) {
            let descriptor = try Descriptor(opening: name, in: directory.number, for: purpose, calls: calls)
            let status = try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(of: descriptor.number)
            }
            if status.kind == .regular { return OpenedFile(descriptor: descriptor, identity: status.identity) }
        } catch {
            switch error.errno {
            case ErrorNumber.noSuchFile:
                return nil
            case ErrorNumber.noSuchDevice, ErrorNumber.isDirectory, ErrorNumber.tooManyLinks:
                break
            default:
                throw FileFailure(operation: operation, path: path, cause: error)
            }
        }
        throw FileFailure(.notRegularFile, operation: operation, path: path)
    }

    /// Creates a file under a free name.
    ///
    /// - Parameter name: Returns the name to try for an attempt, counted from 1.
    func createNew(_ operation: String, name: (Int) -> String) throws(FileFailure) -> FileOutput {
        var attempt = 1
        while true {
            let candidate = name(attempt)
            do throws(SystemCallFailure) {
                let descriptor = try Descriptor(opening: candidate, in: directory.number, for: .creating, calls: calls)
                return FileOutput(descriptor, name: candidate, path: path, calls: calls)
            } catch {
                guard error.errno == ErrorNumber.fileExists, attempt < Self.mostNames else {
                    throw FileFailure(operation: operation, path: path, cause: error)
                }
                attempt += 1
            }
        }
    }

    /// Synchronizes the directory, if the file system supports that.
    func synchronizeDirectory() throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.synchronize(directory.number, .everything)
            }
        } catch {
            let unsupported =
                error.errno == ErrorNumber.invalidArgument || ErrorNumber.notSupported.contains(error.errno)
            guard unsupported else { throw error }
        }
    }

    /// Resolves a path against a directory.
    static func join(_ directory: String, _ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") || directory == "." { return path }
        if path == "." { return directory }
        return directory.utf8.last == UInt8(ascii: "/") ? directory + path : directory + "/" + path
    }

    /// Splits a path into its directory and its last component.
    private static func split(
        _ path: String,
        of original: String
    ) throws(FileFailure) -> (parent: String, name: String) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(.invalidPath, operation: "open", path: original)
        }
        // Search bytes: a slash with a combining mark is another character, but still the separator.
        var parent = "."
        var name = path
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) {
            parent = slash == path.startIndex ? "/" : String(path[..<slash])
            name = String(path[path.utf8.index(after: slash)...])
        }
        guard !["", ".", ".."].contains(name) else {
            throw FileFailure(.notRegularFile, operation: "open", path: original)
        }
        return (parent, name)
    }

    private static func openDirectory(
        _ name: String,
        in directory: CInt?,
        path: String,
        calls: any SystemCalls
    ) throws(FileFailure) -> Descriptor {
        do throws(SystemCallFailure) {
            return try Descriptor(opening: name, in: directory, for: .directory, calls: calls)
        } catch {
            throw FileFailure(operation: "open the directory", path: path, cause: error)
        }
    }

    /// Returns the target of a symbolic link, or `nil` for any other name.
    private static func linkTarget(
        _ name: String,
        in directory: CInt,
        path: String,
        calls: any SystemCalls
    ) throws(FileFailure) -> String? {
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            let status = try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(ofName: name, in: directory)
            }
            guard status.kind == .symbolicLink else { return nil }
            bytes = try uninterrupted { () throws(SystemCallFailure) in
                try calls.readLink(name, in: directory)
            }
        } catch {
            if error.errno == ErrorNumber.noSuchFile { return nil }
            throw FileFailure(operation: "open", path: path, cause: error)
        }
        guard let target = String(validating: bytes, as: UTF8.self) else {
            throw FileFailure(.invalidPath, operation: "open", path: path)
        }
        return target
    }
}
