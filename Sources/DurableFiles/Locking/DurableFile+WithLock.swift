extension DurableFile {
    /// Runs a body while the lock of the file is held, and gives the lock back however the body ends.
    ///
    /// Who only reads holds nothing where there was no writer yet, and where the lock is another user's: what is read so
    /// must be such that a writer never leaves it in between.
    ///
    /// - Parameters:
    ///   - mode: Who else may hold the lock.
    ///   - timeout: How long to wait for other holders; zero tries once.
    ///   - failure: Makes of a lock that was not taken the error that the body throws, too.
    ///   - body: What is done meanwhile.
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

    /// Runs a body while nobody writes the file; where the lock file is missing, one is made for the time.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait for a writer; zero tries once.
    ///   - failure: Makes of a lock that was not taken the error that the body throws, too.
    ///   - body: What is done meanwhile. It is told whether writers are kept out: not where the lock file can neither be
    ///     opened nor made, as on a medium that can only be read.
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

    /// Removes a lock file that was made only to read, unless somebody else holds it by now or waits to.
    private func removeLockFile(of lock: borrowing FileLock) {
        if lock.becomeExclusive() { removeLockFile() }
    }

    /// Takes the lock of a file that is only read; what is returned may hold nothing.
    private func lockForReading(createIfMissing: Bool = false, timeout: Duration) throws(FileFailure) -> FileLock {
        do throws(FileFailure) {
            return try lock(.shared, createIfMissing: createIfMissing, timeout: timeout)
        } catch {
            guard ErrorNumber.permissionDenied.contains(error.cause?.errno ?? 0) else { throw error }
            return FileLock(nil, calls: calls)
        }
    }
}
