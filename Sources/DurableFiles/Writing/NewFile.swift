/// A file that another library fills under a temporary name and that then appears under its own: whole, or not at all.
package struct NewFile: Sendable {
    /// The path of the file while it is filled: it is empty, has mode 0600, and lies beside the place where it is to
    /// appear.
    package let temporaryPath: String

    private let file: DurableFile
    private let temporaryName: String

    /// Creates an empty file beside the place where it is to appear.
    ///
    /// - Parameter path: Where it is to appear; the directory of that must exist. A symbolic link is followed.
    /// - Throws: A failure with `EEXIST` if anything stands there.
    package init(path: String, calls: any SystemCalls = RealSystemCalls()) throws(FileFailure) {
        file = try DurableFile.open(path: path, calls: calls)
        guard try file.isNameFree() else {
            let cause = SystemCallFailure(call: "fstatat", errno: ErrorNumber.fileExists)
            throw FileFailure(operation: "create", path: path, cause: cause)
        }
        let output = try file.createNew("create") { [names = file.names] _ in names.temporary() }
        temporaryName = output.name
        temporaryPath = DurableFile.join(file.directoryPath, output.name)
    }

    /// Lets it appear under its own name, for good; its content must have been synchronised before.
    ///
    /// - Throws: A failure with `EEXIST` if something stands there by now, which stays as it is;
    ///   ``FileFailure/Kind/notDurable`` if it has appeared, but may be lost with the power.
    package func install() throws(FileFailure) {
        try file.takeName(of: temporaryName)
        try file.synchronizeName()
    }

    /// Removes it, if it was not installed; best effort.
    package func discard() {
        // What stays has a name that says what it is, and is removed as a stale one later.
        try? file.calls.unlink(temporaryName, in: file.directory.number)
    }

    /// Removes what crashes left of files that were to appear in the same directory, under whatever name; best effort.
    ///
    /// - Parameter seconds: The age, since the last write to it, that makes a temporary file stale.
    package func removeStaleTemporaries(olderThan seconds: Int64) {
        guard let home = try? DurableDirectory.open(path: file.directoryPath, calls: file.calls),
            let names = try? home.names()
        else {
            // Nothing depends on it.
            return
        }
        home.removeStaleTemporaries(among: names, olderThan: seconds)
    }
}

extension DurableFile {
    private static let operation = "create"

    /// Whether nothing at all stands under the file's name.
    func isNameFree() throws(FileFailure) -> Bool {
        do throws(SystemCallFailure) {
            _ = try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(ofName: name, in: directory.number)
            }
            return false
        } catch {
            if error.errno == ErrorNumber.noSuchFile { return true }
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }

    /// Gives a temporary file the file's name, unless something has it.
    func takeName(of temporary: String) throws(FileFailure) {
        do throws(SystemCallFailure) {
            // Not repeated when interrupted: the first call may have been carried out.
            try calls.link(temporary, to: name, in: directory.number)
        } catch {
            if ErrorNumber.noLinks.contains(error.errno) { return try takeNameWithoutLinks(of: temporary) }
            // What reports a failure may have been carried out all the same; the names tell.
            guard isSameFile(temporary) else {
                throw FileFailure(operation: Self.operation, path: path, cause: error)
            }
        }
        // If it stays, it is a second name of a whole file, and is removed as a stale one later.
        try? calls.unlink(temporary, in: directory.number)
    }

    /// Does so where a file cannot have two names: an empty file takes the name first, and is replaced at once.
    private func takeNameWithoutLinks(of temporary: String) throws(FileFailure) {
        try create()
        do throws(SystemCallFailure) {
            // As above.
            try calls.rename(temporary, to: name, in: directory.number)
        } catch {
            // A rename that was carried out may report a failure, and then the name is the whole file's.
            guard (try? calls.status(ofName: temporary, in: directory.number)) != nil else { return }
            try? calls.unlink(name, in: directory.number)
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }

    /// Whether a temporary file has the file's name, too.
    private func isSameFile(_ temporary: String) -> Bool {
        // A name that cannot be looked at proves nothing.
        guard let left = try? calls.status(ofName: name, in: directory.number),
            let right = try? calls.status(ofName: temporary, in: directory.number)
        else { return false }
        return left.identity.isSameFile(as: right.identity)
    }
}
