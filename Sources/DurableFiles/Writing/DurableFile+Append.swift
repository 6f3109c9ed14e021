extension DurableFile {
    private static let operation = "append to"

    /// Appends to the file in place, and then overwrites a part of the old content.
    ///
    /// A sync of the content alone commits the appended bytes: it includes the new size, and leaves out only the dates.
    /// The overwritten part is not synchronized, and the overwrite may be lost.
    ///
    /// - Parameters:
    ///   - expected: The file to write to. Nothing is written if another file has its name, its size differs, or it has
    ///     a second name.
    ///   - content: Bytes that the file must hold. Where dates are coarse and file numbers are reused, another writer's
    ///     file can have the same identity.
    ///   - offset: The offset of the bytes: the end of the file, or an earlier one if the content behind it is
    ///     worthless.
    ///   - durability: Whether to synchronize the bytes.
    ///   - bytes: The bytes to append.
    ///   - blank: The bytes that then overwrite old content, and their offset.
    /// - Throws: ``FileFailure/Kind/changed`` if the file is not as expected;
    ///   ``FileFailure/Kind/appendFailed(restored:)`` if the bytes could not be written;
    ///   ``FileFailure/Kind/syncFailed(restored:)`` if they could not be synchronized. The last two first try to
    ///   truncate the file to `offset` again. ``FileFailure/Kind/notDurable`` if no sync was requested and closing the
    ///   file failed: the bytes are in the file.
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
            // A second name means a copy made by a hard link, which belongs to somebody else.
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
            // After a sync, a failed close cannot lose anything.
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
            // If nothing was written, do not truncate: that would change the date of the file.
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

    /// Truncates the file again, so that readers do not see bytes whose append was reported as failed.
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
            // The bytes are committed, so do not report a failure. With the old date, the identity will not match the
            // file later, so the caller reads the file again: more work, but correct.
            var identity = old
            identity.size = max(old.size, end)
            return identity
        }
    }
}

/// The outcome of a committed append.
package struct AppendOutcome: Hashable, Sendable {
    /// The identity of the file after the append.
    package var identity: FileIdentity

    /// Whether the requested overwrite succeeded; also `true` if none was requested.
    package var blanked: Bool

    /// Creates an outcome.
    package init(identity: FileIdentity, blanked: Bool) {
        self.identity = identity
        self.blanked = blanked
    }
}
