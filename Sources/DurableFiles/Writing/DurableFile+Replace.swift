extension DurableFile {
    private static let operation = "replace"

    /// Replaces the file in a single step, so that it holds either the old or the new content at every moment.
    ///
    /// The new content is written to a temporary file next to it, which is synchronized and then renamed. The new file
    /// keeps the mode of the old one; without an old file, only the user may access it (0600). A failure before the
    /// rename leaves the old file untouched and removes the temporary one.
    ///
    /// - Parameters:
    ///   - durability: Whether to synchronize the file and then its directory.
    ///   - model: The source of the owner and mode if there is no old file.
    ///   - body: Writes the content; its errors are rethrown.
    /// - Returns: The identity of the new file.
    /// - Throws: ``FileFailure/Kind/notDurable`` if the new content is in place but the directory was not synchronized;
    ///   after any other failure, the old content is in place.
    package func replace(
        durability: Durability,
        like model: FileStatus? = nil,
        _ body: (inout FileOutput) throws(FileFailure) -> Void
    ) throws(FileFailure) -> FileIdentity {
        var replacement = try startReplacing(like: model)
        try body(&replacement.output)
        return try replacement.commit(durability: durability)
    }

    /// Begins a replacement that is written in parts; ``replace(durability:like:_:)`` does the same in one call.
    ///
    /// - Parameters:
    ///   - found: The status of the file, if the caller has just read it.
    ///   - model: The source of the owner and mode if there is no old file.
    package func startReplacing(
        found: FileStatus? = nil,
        like model: FileStatus? = nil
    ) throws(FileFailure) -> FileReplacement {
        let present = if let found { found } else { try status(Self.operation) }
        let output = try createNew(Self.operation) { _ in names.temporary() }
        return FileReplacement(of: self, replacing: present ?? model, writing: output)
    }

    /// Makes the names in the directory durable after a replacement.
    func synchronize(after installed: FileIdentity) throws(FileFailure) {
        do throws(SystemCallFailure) {
            try synchronizeDirectory()
        } catch {
            throw FileFailure(
                .notDurable,
                operation: Self.operation,
                path: path,
                cause: error,
                installed: installed
            )
        }
    }

    /// Removes the temporary files that crashes have left of replacements of this file; best effort.
    ///
    /// - Parameter seconds: The time since the last write after which a temporary file is stale. An active writer must
    ///   not take that long.
    /// - Returns: The number of removed files.
    @discardableResult
    package func removeStaleTemporaries(olderThan seconds: Int64) -> Int {
        // A file that cannot be listed, inspected or removed now is left for the next call: nothing depends on it.
        guard let found = try? calls.names(in: directory.number) else { return 0 }
        let newest = calls.currentSeconds() - seconds
        var removed = 0
        for name in found where names.isTemporary(name) {
            guard
                let status = try? calls.status(ofName: name, in: directory.number),
                status.kind == .regular,
                status.identity.modifiedSeconds < newest,
                (try? calls.unlink(name, in: directory.number)) != nil
            else { continue }
            removed += 1
        }
        return removed
    }

    /// Sets the owner and mode of the written file, synchronizes it and closes it.
    func finish(
        _ output: inout FileOutput,
        replacing previous: FileStatus?,
        durability: Durability
    ) throws(FileFailure) -> FileIdentity {
        let descriptor = output.descriptor.number
        let status = try attempt(Self.operation) { () throws(SystemCallFailure) in
            try calls.status(of: descriptor)
        }
        let mode = takeOver(previous, on: descriptor, created: status)
        // Before the sync, so that the mode is durable too.
        if mode != status.identity.mode {
            try attempt(Self.operation) { () throws(SystemCallFailure) in
                try calls.setMode(mode, of: descriptor)
            }
        }
        if durability == .full {
            try attempt(Self.operation) { () throws(SystemCallFailure) in
                try calls.synchronize(descriptor, .everything)
            }
        }
        do throws(SystemCallFailure) {
            try output.descriptor.close()
        } catch {
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
        var identity = status.identity
        identity.mode = mode
        return identity
    }

    /// Gives the new file the owner and group of the old one if the system allows it, and returns the mode to set.
    func takeOver(_ previous: FileStatus?, on descriptor: CInt, created: FileStatus) -> UInt32 {
        guard let previous else { return 0o600 }
        let mode = previous.identity.mode
        if previous.owner == created.owner && previous.group == created.group { return mode }
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.setOwner(previous.owner, group: previous.group, of: descriptor)
            }
            return mode
        } catch {
            // The common case: only a privileged process can change owners. The new group must not get the permissions
            // of the old one, except those that everyone has.
            guard previous.group != created.group else { return mode & 0o777 }
            let others = mode & 0o007
            return (mode & 0o707) | (mode & 0o070 & (others << 3))
        }
    }

    /// Renames the written file to the final name.
    func install(_ temporary: String, _ identity: FileIdentity) throws(FileFailure) {
        do throws(SystemCallFailure) {
            // Do not repeat an interrupted call: it may have succeeded.
            try calls.rename(temporary, to: name, in: directory.number)
        } catch {
            // A call that reports a failure may have succeeded; check the name.
            let status = try? calls.status(ofName: name, in: directory.number)
            if let status, status.identity.isSameFile(as: identity) { return }
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }
}
