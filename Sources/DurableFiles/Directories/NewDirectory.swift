/// A directory that is filled under a temporary name and then installed under its final name, completely or not at all.
package struct NewDirectory: Sendable {
    /// The directory to fill, at its temporary path.
    package let directory: DurableDirectory

    /// The age of an abandoned directory, in seconds; a younger one may not be locked yet.
    private static let abandonedAge: Int64 = 3600

    private let parent: DurableDirectory
    private let name: String
    private let temporaryName: String

    /// Creates an empty temporary directory, with mode 0700, next to the final path.
    ///
    /// - Parameter path: The final path; its parent directory must exist.
    /// - Throws: A failure with `EEXIST` if the path is taken.
    package init(path: String, calls: any SystemCalls = RealSystemCalls()) throws(FileFailure) {
        let (parentPath, name) = DurableDirectory.split(path)
        try DurableDirectory.check(name, in: path)
        guard let parent = try DurableDirectory.open(path: parentPath, calls: calls) else {
            let cause = SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchFile)
            throw FileFailure(operation: "open the directory", path: parentPath, cause: cause)
        }
        guard try parent.status(of: name) == nil else {
            let cause = SystemCallFailure(call: "fstatat", errno: ErrorNumber.fileExists)
            throw FileFailure(operation: "create the directory", path: path, cause: cause)
        }
        Self.removeAbandoned(in: parent)
        self.parent = parent
        self.name = name
        temporaryName = SiblingNames(name: name).temporary()
        directory = try parent.subdirectory(creating: temporaryName, durability: .processCrash)
        // The lock ends with this process, and marks the directory as being filled. Without support for locks, people
        // have to remove abandoned directories.
        try? calls.lock(directory.descriptor.number, .exclusive)
    }

    /// Removes directories whose process ended before it installed them; best effort.
    private static func removeAbandoned(in parent: DurableDirectory) {
        let calls = parent.calls
        // A directory that cannot be listed, locked or removed now is left for the next call: nothing depends on it.
        guard let names = try? parent.names() else { return }
        for name in names where parent.isStale(name, after: abandonedAge) {
            guard let status = try? parent.status(of: name), status.kind == .directory,
                let directory = try? parent.subdirectory(name),
                (try? calls.lock(directory.descriptor.number, .exclusive)) != nil
            else { continue }
            // As above.
            try? parent.removeTree(name)
        }
    }

    /// Installs the directory durably under its final name; synchronize its contents first.
    ///
    /// - Throws: A failure with `ENOTEMPTY` or `ENOTDIR` if the name was taken meanwhile, by something that stays
    ///   unchanged; ``FileFailure/Kind/notDurable`` if the directory is installed, but a power loss may undo that.
    package func install() throws(FileFailure) {
        do throws(FileFailure) { try directory.synchronize() } catch {
            // The directory is not installed yet, so nothing can be lost.
            throw FileFailure(.system, operation: error.operation, path: error.path, cause: error.cause)
        }
        try parent.move(temporaryName, to: parent, as: name)
        try parent.synchronize()
    }

    /// Removes the directory and its contents if it was not installed; best effort.
    package func discard() {
        // A leftover is recognizable by its temporary name.
        try? parent.removeTree(temporaryName)
    }
}
