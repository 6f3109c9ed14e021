/// A directory that is filled under a temporary name and then appears under its own: whole, or not at all.
package struct NewDirectory: Sendable {
    /// The directory that is to be filled; its path is a temporary one.
    package let directory: DurableDirectory

    /// How old a directory is, in seconds, that was left: a younger one may not be locked yet.
    private static let abandonedAge: Int64 = 3600

    private let parent: DurableDirectory
    private let name: String
    private let temporaryName: String

    /// Creates an empty directory, with mode 0700, beside the place where it is to appear.
    ///
    /// - Parameter path: Where it is to appear; the directory of that must exist.
    /// - Throws: A failure with `EEXIST` if anything stands there.
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
        // The lock goes with this process, and tells that the directory is being filled. Where there are no locks, what
        // is left is left for people to remove.
        try? calls.lock(directory.descriptor.number, .exclusive)
    }

    /// Removes directories that were never installed, since the process has ended that filled them; best effort.
    private static func removeAbandoned(in parent: DurableDirectory) {
        let calls = parent.calls
        // What cannot be listed, locked or removed now stays for another time: nothing depends on it.
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

    /// Lets it appear under its own name, for good; what is in it must have been synchronised before.
    ///
    /// - Throws: A failure with `ENOTEMPTY` or `ENOTDIR` if something stands there by now, which stays as it is;
    ///   ``FileFailure/Kind/notDurable`` if it has appeared, but may be lost with the power.
    package func install() throws(FileFailure) {
        do throws(FileFailure) { try directory.synchronize() } catch {
            // It has not appeared yet, so nothing was done that could be lost.
            throw FileFailure(.system, operation: error.operation, path: error.path, cause: error.cause)
        }
        try parent.move(temporaryName, to: parent, as: name)
        try parent.synchronize()
    }

    /// Removes it with all that is in it, if it was not installed; best effort.
    package func discard() {
        // What stays has a name that says what it is.
        try? parent.removeTree(temporaryName)
    }
}
