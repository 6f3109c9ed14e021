extension DurableFile {
    private static let operation = "append to"

    /// Writes behind the old content, in place, and then overwrites a part of the old content.
    ///
    /// The bytes are committed by a sync of the content alone: that brings the new size along, and only the dates are
    /// left out. What overwrites the old content is not synchronised and may be lost.
    ///
    /// - Parameters:
    ///   - expected: The file that is to be written: nothing is if another one stands there, its size differs, or it
    ///     has another name as well.
    ///   - content: Bytes that the file must hold. Where dates are coarse, and file numbers are used again, another
    ///     writer's file can have the same identity.
    ///   - offset: Where the bytes go: the end of the file, or before it if what follows is worthless.
    ///   - durability: Whether the bytes are synchronised.
    ///   - bytes: What is written.
    ///   - blank: What then goes where in the old content, if anything.
    /// - Throws: ``FileFailure/Kind/changed``; ``FileFailure/Kind/appendFailed(restored:)`` if the bytes could not be
    ///   written; ``FileFailure/Kind/syncFailed(restored:)`` if they could not be synchronised. Both first cut the file
    ///   at `offset` again, if they can. ``FileFailure/Kind/notDurable`` if nothing was to be synchronised and closing
    ///   the file failed: the bytes are there.
    package func append(
        expecting expected: FileIdentity,
        holding content: FileContent? = nil,
        at offset: Int64,
        durability: Durability,
        bytes: UnsafeRawBufferPointer,
        then blank: (offset: Int64, bytes: UnsafeRawBufferPointer)? = nil
    ) throws(FileFailure) -> AppendOutcome {
        precondition(0...expected.size ~= offset, "an append would leave a hole")
        guard
            var opened = try openExisting(Self.operation, for: .updating),
            opened.identity.isSameFile(as: expected),
            opened.identity.size == expected.size,
            // Under another name, what is there is somebody else's: a copy that was made by linking.
            opened.identity.linkCount <= 1,
            try holds(content, in: opened.descriptor.number)
        else {
            throw FileFailure(.changed, operation: Self.operation, path: path)
        }
        let descriptor = opened.descriptor.number
        try commit(bytes, at: offset, to: descriptor, durability: durability)
        let blanked = overwrite(blank, in: descriptor)
        let identity = identityAfterwards(of: descriptor, was: opened.identity, end: offset + Int64(bytes.count))
        do throws(SystemCallFailure) {
            try opened.descriptor.close()
        } catch {
            // After a sync there is nothing left that closing could lose.
            if durability == .processCrash {
                throw FileFailure(
                    .notDurable,
                    operation: Self.operation,
                    path: path,
                    cause: error,
                    installed: identity
                )
            }
        }
        return AppendOutcome(identity: identity, blanked: blanked)
    }

    private func holds(_ content: FileContent?, in descriptor: CInt) throws(FileFailure) -> Bool {
        guard let content else { return true }
        do throws(SystemCallFailure) { return try holds(content, in: descriptor) } catch {
            throw FileFailure(operation: Self.operation, path: path, cause: error)
        }
    }

    private func commit(
        _ bytes: UnsafeRawBufferPointer,
        at offset: Int64,
        to descriptor: CInt,
        durability: Durability
    ) throws(FileFailure) {
        var written: Int64 = 0
        do throws(SystemCallFailure) {
            try calls.writeAll(descriptor, bytes, at: offset, written: &written)
        } catch {
            // Left alone if nothing was written: cutting would date the file anew.
            let restored = written == 0 || restore(descriptor, to: offset)
            throw FileFailure(.appendFailed(restored: restored), operation: Self.operation, path: path, cause: error)
        }
        guard durability == .full else { return }
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.synchronize(descriptor, .content)
            }
        } catch {
            let restored = restore(descriptor, to: offset)
            throw FileFailure(.syncFailed(restored: restored), operation: Self.operation, path: path, cause: error)
        }
    }

    /// Takes back what was written, so that nobody reads what its writer was told had failed.
    private func restore(_ descriptor: CInt, to size: Int64) -> Bool {
        do throws(SystemCallFailure) {
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.truncate(descriptor, to: size)
            }
            return true
        } catch {
            return false
        }
    }

    private func overwrite(
        _ blank: (offset: Int64, bytes: UnsafeRawBufferPointer)?,
        in descriptor: CInt
    ) -> Bool {
        guard let blank else { return true }
        var written: Int64 = 0
        do throws(SystemCallFailure) {
            try calls.writeAll(descriptor, blank.bytes, at: blank.offset, written: &written)
            return true
        } catch {
            return false
        }
    }

    private func identityAfterwards(of descriptor: CInt, was old: FileIdentity, end: Int64) -> FileIdentity {
        do throws(SystemCallFailure) {
            return try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(of: descriptor).identity
            }
        } catch {
            // The bytes are committed, which must not be reported as a failure. With the old date, this is not what
            // is found later, so that the caller reads the file again: more work, but nothing wrong.
            var identity = old
            identity.size = max(old.size, end)
            return identity
        }
    }
}

/// What an append that was committed left behind.
package struct AppendOutcome: Hashable, Sendable {
    /// The file as it is now.
    package var identity: FileIdentity

    /// Whether the old place was overwritten as asked; `true` also when nothing was asked.
    package var blanked: Bool

    /// Creates an outcome.
    package init(identity: FileIdentity, blanked: Bool) {
        self.identity = identity
        self.blanked = blanked
    }
}
