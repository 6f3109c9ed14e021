extension DurableFile {
    /// Runs a body while the lock of the file is held, and releases the lock however the body ends.
    ///
    /// A reader holds no lock if no writer has created the lock file yet, or if the lock file belongs to another user:
    /// it must read only content that a writer never leaves in an intermediate state.
    ///
    /// - Parameters:
    ///   - mode: Whether other readers may hold the lock too.
    ///   - timeout: The time to wait for other holders; zero tries once.
    ///   - failure: Converts a failure to take the lock into an error of the body's type.
    ///   - body: The work to do under the lock.
    package func withLock<Result, Failure: Error>(
        _ mode: LockMode,
        timeout: Duration,
        orThrow failure: (FileFailure) -> Failure,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let lock: FileLock
        do throws(FileFailure) {
            lock = try mode == .shared ? lockForReading(timeout: timeout) : self.lock(mode, timeout: timeout)
        } catch { throw failure(error) }
        do throws(Failure) {
            let result = try body()
            lock.unlock()
            return result
        } catch {
            lock.unlock()
            throw error
        }
    }

    /// Runs a body while nobody writes the file, with a temporary lock file if none exists.
    ///
    /// - Parameters:
    ///   - timeout: The time to wait for a writer; zero tries once.
    ///   - failure: Converts a failure to take the lock into an error of the body's type.
    ///   - body: The work to do under the lock. Its argument is `false` if writers are not excluded, because the lock
    ///     file can be neither opened nor created, as on a read-only medium.
    package func withExclusion<Result, Failure: Error>(
        timeout: Duration,
        orThrow failure: (FileFailure) -> Failure,
        _ body: (_ isExclusive: Bool) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let lock: FileLock
        let isLasting = hasLockFile
        do throws(FileFailure) {
            lock = try lockForReading(createIfMissing: true, timeout: timeout)
        } catch { throw failure(error) }
        let isExclusive = lock.isHeld
        do throws(Failure) {
            let result = try body(isExclusive)
            if !isLasting { removeLockFile(of: lock) }
            lock.unlock()
            return result
        } catch {
            if !isLasting { removeLockFile(of: lock) }
            lock.unlock()
            throw error
        }
    }

    /// Removes a lock file that was created only to read, unless somebody else holds the lock by now.
    private func removeLockFile(of lock: borrowing FileLock) {
        if lock.becomeExclusive() { removeLockFile() }
    }

    /// Takes the lock for a reader; the returned value may hold no lock.
    private func lockForReading(createIfMissing: Bool = false, timeout: Duration) throws(FileFailure) -> FileLock {
        do throws(FileFailure) {
            return try lock(.shared, createIfMissing: createIfMissing, timeout: timeout)
        } catch {
            guard ErrorNumber.permissionDenied.contains(error.cause?.errno ?? 0) else { throw error }
            return FileLock(nil, calls: calls)
        }
    }
}
