extension DurableFile {
    private static let operation = "replace"

    /// Replaces the file by a new one in a single step, so that it holds the old content or the new at every moment.
    ///
    /// The new content is written to a temporary file beside it, which is synchronised and then renamed. The mode of
    /// the old file is kept; without one, the new file is the user's alone (0600). Until the rename, a failure leaves
    /// the old file untouched and removes the temporary one.
    ///
    /// - Parameters:
    ///   - durability: Whether the file and then its directory are synchronised.
    ///   - found: What was just found under the name, if the caller has looked.
    ///   - model: What the new file has its owner and mode from if there is no old one.
    ///   - body: Writes the content; what it throws is thrown on.
    /// - Returns: Which file is in place now.
    /// - Throws: ``FileFailure/Kind/notDurable`` if the new content is in place but the directory was not synchronised;
    ///   after any other failure the old content is in place.
    package func replace(
        durability: Durability,
        found: FileStatus? = nil,
        like model: FileStatus? = nil,
        _ body: (inout FileOutput) throws(FileFailure) -> Void
    ) throws(FileFailure) -> FileIdentity {
        var replacement = try startReplacing(found: found, like: model)
        try body(&replacement.output)
        return try replacement.commit(durability: durability)
    }

    /// Begins a replacement that is written bit by bit, as ``replace(durability:found:like:_:)`` does it in one call.
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

    /// Removes what crashes left of replacements of this file; best effort.
    ///
    /// - Parameter seconds: The age, since the last write to it, that makes a temporary file stale. A writer that is
    ///   still at work must not be that slow.
    /// - Returns: How many files were removed.
    @discardableResult
    package func removeStaleTemporaries(olderThan seconds: Int64) -> Int {
        // What cannot be listed, inspected or removed now stays for another time: nothing depends on it.
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

    /// Gives the written file its owner and mode, synchronises and closes it.
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

    /// Gives the new file the owner and group of the old one where the system lets it, and returns the mode to set.
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
            // The common case: only a privileged process gives files away. What the old group was allowed must not
            // be allowed to another one, unless everyone is.
            guard previous.group != created.group else { return mode & 0o777 }
            let others = mode & 0o007
            return (mode & 0o707) | (mode & 0o070 & (others << 3))
        }
    }

    /// Gives the written file its name.
    func install(_ temporary: String, _ identity: FileIdentity) throws(FileFailure) {
        do throws(SystemCallFailure) {
            // Not repeated when interrupted: the first call may have been carried out.
            try calls.rename(temporary, to: name, in: directory.number)
        } catch {
            // What reports a failure may have been carried out all the same; the name tells.
            let status = try? calls.status(ofName: name, in: directory.number)
            if let status, status.identity.isSameFile(as: identity) { return }
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }
}
