/// A file that another library fills under a temporary name and that is then installed, completely or not at all.
package struct NewFile: Sendable {
    /// The path of the file to fill: empty, with mode 0600, next to the final path.
    package let temporaryPath: String

    private let file: DurableFile
    private let temporaryName: String

    /// Creates an empty temporary file next to the final path.
    ///
    /// - Parameter path: The final path; its directory must exist. A symbolic link is followed.
    /// - Throws: A failure with `EEXIST` if the path is taken.
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

    /// Installs the file durably under its final name; synchronize its content first.
    ///
    /// - Throws: A failure with `EEXIST` if the name was taken meanwhile, by something that stays unchanged;
    ///   ``FileFailure/Kind/notDurable`` if the file is installed, but a power loss may undo that.
    package func install() throws(FileFailure) {
        try file.takeName(of: temporaryName)
        try file.synchronizeName()
    }

    /// Removes the file if it was not installed; best effort.
    package func discard() {
        // A leftover is recognizable by its temporary name, and is removed as stale later.
        try? file.calls.unlink(temporaryName, in: file.directory.number)
    }

    /// Removes the temporary files that crashes have left in the same directory, for any final name; best effort.
    ///
    /// - Parameter seconds: The time since the last write after which a temporary file is stale.
    package func removeStaleTemporaries(olderThan seconds: Int64) {
        guard let home = try? DurableDirectory.open(path: file.directoryPath, calls: file.calls),
            let names = try? home.names()
        else {
            // Nothing depends on the removal.
            return
        }
        home.removeStaleTemporaries(among: names, olderThan: seconds)
    }
}

extension DurableFile {
    private static let operation = "create"

    /// Returns whether the file's name is free.
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

    /// Gives a temporary file the final name, unless the name is taken.
    func takeName(of temporary: String) throws(FileFailure) {
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.link(temporary, to: name, in: directory.number)
        } catch {
            if ErrorNumber.noLinks.contains(error.errno) { return try takeNameWithoutLinks(of: temporary) }
            // A call that reports a failure may have succeeded; compare the names.
            guard isSameFile(temporary) else {
                throw FileFailure(operation: Self.operation, path: path, cause: error)
            }
        }
        // A leftover is a second name of the complete file, and is removed as stale later.
        try? calls.unlink(temporary, in: directory.number)
    }

    /// Takes the name where the file system does not support a second name: an empty file reserves it and is replaced.
    private func takeNameWithoutLinks(of temporary: String) throws(FileFailure) {
        try create()
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.rename(temporary, to: name, in: directory.number)
        } catch {
            // A rename that reports a failure may have succeeded, and then the name belongs to the complete file.
            guard (try? calls.status(ofName: temporary, in: directory.number)) != nil else { return }
            try? calls.unlink(name, in: directory.number)
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }

    /// Returns whether a temporary file also has the file's name.
    private func isSameFile(_ temporary: String) -> Bool {
        // A name that cannot be inspected proves nothing.
        guard let left = try? calls.status(ofName: name, in: directory.number),
            let right = try? calls.status(ofName: temporary, in: directory.number)
        else { return false }
        return left.identity.isSameFile(as: right.identity)
    }
}
