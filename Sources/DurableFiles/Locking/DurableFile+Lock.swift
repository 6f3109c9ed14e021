extension DurableFile {
    private static let operation = "lock"
    private static let firstPause = Duration.milliseconds(1)
    private static let longestPause = Duration.milliseconds(50)

    /// Takes the lock of the file, which every process that uses this package respects.
    ///
    /// The lock is on a separate file next to it, `.<name>.conversation-history.lock`, since replacing the file would
    /// leave the lock on the old one. The lock file is removed only when the file is gone for good. Locks belong to
    /// open files, so two values in one process exclude each other as two processes do.
    ///
    /// - Parameters:
    ///   - mode: Whether other readers may hold the lock too.
    ///   - createIfMissing: Whether to create a missing lock file. A reader need not: without a lock file, no writer
    ///     has been active yet, and the returned value holds no lock.
    ///   - timeout: The time to wait for other holders; zero tries once.
    /// - Throws: ``FileFailure/Kind/busy`` after the timeout.
    package func lock(
        _ mode: LockMode,
        createIfMissing: Bool = true,
        timeout: Duration
    ) throws(FileFailure) -> FileLock {
        // Add up the pauses instead of reading a clock, so that system sleep does not count.
        var waited = Duration.zero
        var pause = Self.firstPause
        while true {
            switch try attemptLock(mode, createIfMissing: createIfMissing) {
            case .taken(let descriptor):
                return FileLock(descriptor, calls: calls)
            case .missing:
                return FileLock(nil, calls: calls)
            case .heldElsewhere:
                guard waited < timeout else { throw FileFailure(.busy, operation: Self.operation, path: path) }
                let next = min(pause, timeout - waited)
                calls.pause(for: next)
                waited += next
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    private enum Attempt: ~Copyable {
        case taken(Descriptor)
        case missing
        case heldElsewhere
    }

    private func attemptLock(_ mode: LockMode, createIfMissing: Bool) throws(FileFailure) -> Attempt {
        do throws(SystemCallFailure) {
            let descriptor = try openLock(mode, createIfMissing: createIfMissing)
            let opened = try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(of: descriptor.number)
            }
            guard opened.kind == .regular else {
                throw SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchDevice)
            }
            try uninterrupted { () throws(SystemCallFailure) in
                try calls.lock(descriptor.number, mode == .exclusive ? .exclusive : .shared)
            }
            let current = try lockFileStatus()
            // If the lock file was removed meanwhile, this lock does not exclude later holders.
            guard let current, current.identity.isSameFile(as: opened.identity) else { return .heldElsewhere }
            return .taken(descriptor)
        } catch {
            switch error.errno {
            case ErrorNumber.wouldBlock:
                return .heldElsewhere
            case ErrorNumber.noSuchFile where !createIfMissing:
                return .missing
            case ErrorNumber.noSuchDevice, ErrorNumber.isDirectory, ErrorNumber.tooManyLinks:
                throw FileFailure(.notRegularFile, operation: Self.operation, path: lockPath, cause: error)
            default:
                throw FileFailure(operation: Self.operation, path: lockPath, cause: error)
            }
        }
    }

    /// Opens the lock file; a new one is accessible to everyone who may read and write the file itself.
    private func openLock(_ mode: LockMode, createIfMissing: Bool) throws(SystemCallFailure) -> Descriptor {
        let isExclusive = mode == .exclusive
        func opened(_ create: Bool) throws(SystemCallFailure) -> Descriptor {
            let purpose = OpenPurpose.locking(exclusive: isExclusive, create: create)
            return try Descriptor(opening: names.lock, in: directory.number, for: purpose, calls: calls)
        }
        guard createIfMissing else { return try opened(false) }
        do throws(SystemCallFailure) { return try opened(false) } catch {
            guard error.errno == ErrorNumber.noSuchFile else { throw error }
        }
        let made = try opened(true)
        share(made.number)
        return made
    }

    /// Gives a new lock file the owner and mode of the file; best effort, since it locks in any case.
    ///
    /// If the file does not exist yet, both will be accessible to this user alone.
    private func share(_ descriptor: CInt) {
        guard let file = try? calls.status(ofName: name, in: directory.number), file.kind == .regular,
            let made = try? calls.status(of: descriptor)
        else { return }
        let mode = 0o600 | takeOver(file, on: descriptor, created: made) & 0o066
        // As above.
        if mode != made.identity.mode { try? calls.setMode(mode, of: descriptor) }
    }

    private func lockFileStatus() throws(SystemCallFailure) -> FileStatus? {
        do throws(SystemCallFailure) {
            return try uninterrupted { () throws(SystemCallFailure) in
                try calls.status(ofName: names.lock, in: directory.number)
            }
        } catch {
            guard error.errno == ErrorNumber.noSuchFile else { throw error }
            return nil
        }
    }

    /// Whether the lock file exists.
    var hasLockFile: Bool {
        do throws(SystemCallFailure) { return try lockFileStatus() != nil } catch {
            // A lock file that cannot be inspected counts as existing, since it may be visible to others.
            return true
        }
    }

    private var lockPath: String { Self.join(directoryPath, names.lock) }
}

extension DurableFile {
    /// Removes the lock file of a file that is gone for good, while its lock is held.
    ///
    /// A process that waits for the lock notices, and creates a new lock file. Best effort: a leftover does no harm.
    package func removeLockFile() {
        try? calls.unlink(names.lock, in: directory.number)
    }
}
