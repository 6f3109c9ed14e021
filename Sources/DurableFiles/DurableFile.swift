/// A file by its path, with symbolic links followed and its directory opened once.
///
/// The file need not exist. All calls are relative to the open directory, so that neither a directory that is swapped
/// nor another working directory leads them elsewhere; open a new value for each operation that should see such changes.
/// The calls block: call them away from the cooperative thread pool.
///
/// Replacing a file loses what belongs to the file and not to its name: hard links, access control lists, extended
/// attributes, and another owner where the system does not let this process give files away.
package final class DurableFile: Sendable {
    /// As many links as the common systems follow.
    private static let longestLinkChain = 40

    /// How often a new name may turn out to be taken before that is no accident.
    private static let mostNames = 16

    /// The path as it was given.
    package let path: String

    /// The path of the file itself, behind all the symbolic links at its last component.
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

    /// Follows the symbolic links at the path's last component and opens the directory that they lead to.
    ///
    /// - Parameters:
    ///   - path: An absolute path, or one relative to the working directory.
    ///   - calls: Where the system calls go.
    /// - Throws: A failure with `ENOENT` that names the directory if that is missing.
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

    /// A file in a directory that is open; what stands under its name is not followed if it is a symbolic link.
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

    /// Makes a system call in the course of an operation, again for as long as a signal interrupts it.
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

    /// Returns what stands under the file's name, or `nil` if nothing does.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if it is anything but a regular file.
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

    /// Opens the file under the file's name, or returns `nil` if nothing stands there.
    ///
    /// - Throws: ``FileFailure/Kind/notRegularFile`` if it is anything but a regular file; nothing is ever waited for.
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

    /// Creates a file under a name that was free.
    ///
    /// - Parameter name: Returns the name to try, given the number of the attempt from 1.
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

    /// Synchronises the directory, where the file system has such a thing.
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

    /// Returns a path in a directory.
    static func join(_ directory: String, _ path: String) -> String {
        if path.utf8.first == UInt8(ascii: "/") || directory == "." { return path }
        if path == "." { return directory }
        return directory.utf8.last == UInt8(ascii: "/") ? directory + path : directory + "/" + path
    }

    /// Parts a path into its directory and its last component.
    private static func split(
        _ path: String,
        of original: String
    ) throws(FileFailure) -> (parent: String, name: String) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileFailure(.invalidPath, operation: "open", path: original)
        }
        // By bytes: a slash with a combining mark behind it is another character, but still the separator.
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

    /// Returns what a symbolic link holds, or `nil` if the name is none.
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
