extension DurableDirectory {
    /// Returns the names in the directory that are valid UTF-8, in no order.
    package func names() throws(FileFailure) -> [String] {
        try attempt("list", path) { () throws(SystemCallFailure) in try calls.names(in: descriptor.number) }
    }

    /// Returns what stands under a name, or `nil` if nothing does; a symbolic link is not followed.
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

    /// Renames a file or directory, in one step, into this or another directory; a file in its place is replaced.
    ///
    /// Whether that outlives a loss of power is up to ``synchronize()``, of both directories.
    package func move(
        _ name: String,
        to other: DurableDirectory,
        as newName: String
    ) throws(FileFailure) {
        try Self.check(name, in: path)
        try Self.check(newName, in: other.path)
        do throws(SystemCallFailure) {
            // Not repeated when interrupted: the first call may have been carried out.
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

    /// Removes a directory with all that is in it; symbolic links are removed, and what they lead to stays.
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

    /// Removes what crashes left of replacements of files in this directory; best effort.
    ///
    /// - Parameters:
    ///   - names: The names in the directory, as they were listed.
    ///   - seconds: The age, since the last write to it, that makes a temporary file stale.
    package func removeStaleTemporaries(among names: [String], olderThan seconds: Int64) {
        let newest = calls.currentSeconds() - seconds
        for name in names where SiblingNames.isAnyTemporary(name) {
            // What cannot be inspected or removed now stays for another time: nothing depends on it.
            guard let status = try? calls.status(ofName: name, in: descriptor.number), status.kind == .regular,
                status.identity.modifiedSeconds < newest
            else { continue }
            // As above.
            try? calls.unlink(name, in: descriptor.number)
        }
    }

    /// Whether a name is one of a file or directory that is being written, or that a crash has left.
    package static func isTemporary(_ name: String) -> Bool { SiblingNames.isAnyTemporary(name) }

    /// Removes temporary files whatever their age, for who knows that nobody is writing one; best effort.
    ///
    /// - Parameter names: The names in the directory, as they were listed.
    package func removeAbandonedTemporaries(among names: [String]) {
        for name in names where SiblingNames.isAnyTemporary(name) {
            // What cannot be inspected or removed now stays for another time: nothing depends on it.
            guard let status = try? calls.status(ofName: name, in: descriptor.number), status.kind == .regular else {
                continue
            }
            // As above.
            try? calls.unlink(name, in: descriptor.number)
        }
    }

    /// Whether a temporary file was last written to before so many seconds.
    package func isStale(_ name: String, after seconds: Int64) -> Bool {
        // What cannot be inspected is not known to be old.
        guard SiblingNames.isAnyTemporary(name),
            let status = try? calls.status(ofName: name, in: descriptor.number)
        else { return false }
        return status.identity.modifiedSeconds < calls.currentSeconds() - seconds
    }

    /// Makes the names in the directory durable, where the file system has such a thing.
    ///
    /// - Throws: ``FileFailure/Kind/notDurable``.
    package func synchronize() throws(FileFailure) {
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.synchronize(descriptor.number, .everything)
            }
        } catch {
            let unsupported =
                error.errno == ErrorNumber.invalidArgument || ErrorNumber.notSupported.contains(error.errno)
            guard unsupported else {
                throw FileFailure(.notDurable, operation: "synchronise the directory", path: path, cause: error)
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
