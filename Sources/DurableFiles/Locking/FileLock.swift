/// A lock that is held until this value goes out of scope, or until ``unlock()``.
///
/// End the guarded section with ``unlock()``: the compiler may destroy a value after its last use.
package struct FileLock: ~Copyable, Sendable {
    /// Whether the lock is held; `false` if the lock file was missing and not to be created.
    package let isHeld: Bool

    private let descriptor: Descriptor?
    private let calls: any SystemCalls

    /// Creates a lock from the open lock file, if there is one.
    init(_ descriptor: consuming Descriptor?, calls: any SystemCalls) {
        self.isHeld = descriptor != nil
        self.descriptor = descriptor
        self.calls = calls
    }

    /// Releases the lock.
    package consuming func unlock() {}

    /// Makes the lock exclusive if nobody else holds it now.
    ///
    /// - Returns: Whether the lock is exclusive; if not, it may no longer be held at all.
    borrowing func becomeExclusive() -> Bool {
        switch descriptor {
        case .some(let open):
            // Any error means that the lock is not exclusive.
            (try? calls.lock(open.number, .exclusive)) != nil
        case nil: false
        }
    }

    deinit { release() }

    /// Releases the lock of the open lock file.
    ///
    /// This is a borrowing method because in the body of `deinit`, matching an optional property may consume it, which
    /// would close the descriptor before its number is used.
    private borrowing func release() {
        switch descriptor {
        case .some(let open):
            // Unlock explicitly, not only by closing: a child process that is being started may have the descriptor
            // too. If unlocking fails, closing is what remains.
            try? calls.lock(open.number, .unlock)
        case nil:
            break
        }
    }
}

/// The sharing mode of a lock.
package enum LockMode: Hashable, Sendable {
    /// Other readers may hold the lock too.
    case shared

    /// Nobody else may hold the lock.
    case exclusive
}
