extension DurableFile {
    /// Removes the lock file of a file that is gone for good, while its lock is held.
    ///
    /// Whoever waits for the lock notices, and creates a new one. Best effort: one that stays does no harm.
    package func removeLockFile() {
        try? calls.unlink(names.lock, in: directory.number)
    }
}
