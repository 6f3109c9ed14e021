/// A lock that is held until this value goes out of scope, or is given back by ``unlock()``.
///
/// End the guarded part with ``unlock()``: the compiler may destroy a value that is not used any more.
package struct FileLock: ~Copyable, Sendable {
    /// Whether anything is locked: not if there was no lock file and none was to be created.
    package let isHeld: Bool

    private let descriptor: Descriptor?
    private let calls: any SystemCalls

    /// Takes over the open lock file, if there is one.
    init(_ descriptor: consuming Descriptor?, calls: any SystemCalls) {
        self.isHeld = descriptor != nil
        self.descriptor = descriptor
        self.calls = calls
    }

    /// Gives the lock back.
    package consuming func unlock() {}

    /// Lets nobody else hold the lock, if nobody else does now.
    ///
    /// - Returns: Whether that is so; if not, the lock may not be held any more, either.
    borrowing func becomeExclusive() -> Bool {
        switch descriptor {
        case .some(let open):
            // Whatever keeps it from being so, it is not.
            (try? calls.lock(open.number, .exclusive)) != nil
        case nil: false
        }
    }

    deinit { release() }

    /// A borrowing method, and not the body of `deinit`: there, looking into an optional property may consume it, and
    /// the descriptor would be closed before its number is used.
    private borrowing func release() {
        switch descriptor {
        case .some(let open):
            // Explicitly, and not only by closing: a child process that is being started may have the descriptor too.
            // If it fails, closing is what is left.
            try? calls.lock(open.number, .unlock)
        case nil:
            break
        }
    }
}

/// Who else may hold a lock at the same time.
package enum LockMode: Hashable, Sendable {
    /// Other readers.
    case shared

    /// Nobody.
    case exclusive
}
