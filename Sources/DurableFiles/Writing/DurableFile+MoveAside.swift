extension DurableFile {
    private static let operation = "move aside"

    /// Renames the file to `<name>.damaged-<suffix>` in its directory, never over another file.
    ///
    /// - Parameter suffix: The end of the new name; random if `nil`. If the name is taken, a random part is added.
    /// - Returns: The new full path of the file.
    /// - Throws: ``FileFailure/Kind/notDurable``, with the new path, if the file was moved but the directory was not
    ///   synchronized; a failure with `ENOENT` if the file does not exist.
    package func moveAside(suffix: String? = nil) throws(FileFailure) -> String {
        if let suffix, suffix.utf8.contains(0) || suffix.utf8.contains(UInt8(ascii: "/")) {
            throw FileFailure(.invalidPath, operation: Self.operation, path: path)
        }
        guard try status(Self.operation) != nil else {
            throw missing
        }
        let newName = try reserve(suffix)
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.rename(name, to: newName, in: directory.number)
        } catch {
            // The reserved name holds an empty file of our own, which is harmless if it stays. But a rename that
            // reports a failure may have succeeded, and then the name holds the file itself.
            if (try? calls.status(ofName: name, in: directory.number)) != nil {
                try? calls.unlink(newName, in: directory.number)
            }
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
        let newPath = Self.join(directoryPath, newName)
        do throws(SystemCallFailure) {
            try synchronizeDirectory()
        } catch {
            throw FileFailure(.notDurable, operation: Self.operation, path: newPath, cause: error)
        }
        return newPath
    }

    private var missing: FileFailure {
        let cause = SystemCallFailure(call: "fstatat", errno: ErrorNumber.noSuchFile)
        return FileFailure(operation: Self.operation, path: path, cause: cause)
    }

    /// Creates an empty file under a free name, for the rename to replace.
    ///
    /// Unlike a hard link, this works on every file system, and the damaged file never has two names.
    private func reserve(_ suffix: String?) throws(FileFailure) -> String {
        let placeholder = try createNew(Self.operation) { attempt in
            guard let suffix else { return names.aside(SiblingNames.random()) }
            return names.aside(attempt == 1 ? suffix : suffix + "-" + SiblingNames.random())
        }
        return placeholder.name
    }
}
