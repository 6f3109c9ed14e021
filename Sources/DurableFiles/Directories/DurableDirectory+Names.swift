extension DurableDirectory {
    /// Returns the names in the directory that are valid UTF-8, in no particular order.
    package func names() throws(FileFailure) -> [String] {
        try attempt("list", path) { () throws(SystemCallFailure) in try calls.names(in: descriptor.number) }
    }

    /// Returns the status of a name, or `nil` if it is free; does not follow a symbolic link.
    package func status(of name: String) throws(FileFailure) -> FileStatus? {
        do throws(SystemCallFailure) {
            return try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(ofName: name, in: descriptor.number)
            }
        } catch {
            if error.errno == ErrorNumber.noSuchFile { return nil }
            throw FileFailure(operation: "inspect", path: DurableFile.join(path, name), cause: error)
        }
    }

    /// Moves a file or directory in one step, into this or another directory, replacing a file of the new name.
    ///
    /// The move survives a power loss only after ``synchronize()`` on both directories.
    package func move(
        _ name: String,
        to other: DurableDirectory,
        as newName: String
    ) throws(FileFailure) {
        try Self.check(name, in: path)
        try Self.check(newName, in: other.path)
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.rename(name, in: descriptor.number, to: newName, in: other.descriptor.number)
        } catch {
            throw FileFailure(operation: "move", path: DurableFile.join(path, name), cause: error)
        }
    }

    /// Removes a file or a symbolic link.
    package func remove(_ name: String) throws(FileFailure) {
        try Self.check(name, in: path)
        try attempt("remove", DurableFile.join(path, name)) { () throws(SystemCallFailure) in
            try calls.unlink(name, in: descriptor.number)
        }
    }

    /// Removes a directory and its contents; removes symbolic links, but not their targets.
    package func removeTree(_ name: String) throws(FileFailure) {
        guard let directory = try subdirectory(name) else { return }
        for inner in try directory.names() {
            if try directory.status(of: inner)?.kind == .directory {
                try directory.removeTree(inner)
            } else {
                try directory.remove(inner)
            }
        }
        try attempt("remove", DurableFile.join(path, name)) { () throws(SystemCallFailure) in
            try calls.removeDirectory(name, in: descriptor.number)
        }
    }

    /// Removes the temporary files that crashes have left in this directory; best effort.
    ///
    /// - Parameters:
    ///   - names: The names in the directory, as listed.
    ///   - seconds: The time since the last write after which a temporary file is stale.
    package func removeStaleTemporaries(among names: [String], olderThan seconds: Int64) {
        let newest = calls.currentSeconds() - seconds
        for name in names where SiblingNames.isAnyTemporary(name) {
            // A file that cannot be inspected or removed now is left for the next call: nothing depends on it.
            guard let status = try? calls.status(ofName: name, in: descriptor.number), status.kind == .regular,
                status.identity.modifiedSeconds < newest
            else { continue }
            // As above.
            try? calls.unlink(name, in: descriptor.number)
        }
    }

    /// Returns whether a name belongs to a temporary file or directory, being written or left by a crash.
    package static func isTemporary(_ name: String) -> Bool { SiblingNames.isAnyTemporary(name) }

    /// Removes temporary files of any age, best effort; call this only while nobody is writing one.
    ///
    /// - Parameter names: The names in the directory, as listed.
    package func removeAbandonedTemporaries(among names: [String]) {
        for name in names where SiblingNames.isAnyTemporary(name) {
            // A file that cannot be inspected or removed now is left for the next call: nothing depends on it.
            guard let status = try? calls.status(ofName: name, in: descriptor.number), status.kind == .regular else {
                continue
            }
            // As above.
            try? calls.unlink(name, in: descriptor.number)
        }
    }

    /// Returns whether a name is that of a temporary file, last written more than some seconds ago.
    package func isStale(_ name: String, after seconds: Int64) -> Bool {
        // A file that cannot be inspected does not count as stale.
        guard SiblingNames.isAnyTemporary(name),
            let status = try? calls.status(ofName: name, in: descriptor.number)
        else { return false }
        return status.identity.modifiedSeconds < calls.currentSeconds() - seconds
    }

    /// Makes the names in the directory durable, if the file system supports that.
    ///
    /// - Throws: ``FileFailure/Kind/notDurable`` if the directory could not be synchronized.
    package func synchronize() throws(FileFailure) {
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.synchronize(descriptor.number, .everything)
            }
        } catch {
            let unsupported =
                error.errno == ErrorNumber.invalidArgument || ErrorNumber.notSupported.contains(error.errno)
            guard unsupported else {
                throw FileFailure(.notDurable, operation: "synchronize the directory", path: path, cause: error)
            }
        }
    }

    private func attempt<Result>(
        _ operation: String,
        _ path: String,
        _ call: () throws(SystemCallFailure) -> Result
    ) throws(FileFailure) -> Result {
        do throws(SystemCallFailure) {
            return try uninterrupted(call)
        } catch {
            throw FileFailure(operation: operation, path: path, cause: error)
        }
    }
}
