import Synchronization

/// A value that only one thread at a time can read or change.
///
/// Use this type instead of `Mutex`, which is not safe in async functions. `Mutex` reads the address of the thread's
/// local storage, and `Mutex.withLock` is always inlined. With Swift 6.3 on Linux, the optimizer keeps that address
/// across a suspension of the async function that it was inlined into. The function may resume on another thread, and
/// then it unlocks as the first thread: the program ends with "Call to unlock Mutex on a thread which hasn't acquired
/// the lock".
///
/// `withLock` is synchronous and never inlined, so the address is read and used on one thread. Its specializations are
/// not inlined either.
package struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: consuming sending Value) { mutex = Mutex(value) }

    /// Runs the closure with exclusive access to the value.
    ///
    /// The closure must not call the application's code, which would deadlock or trap if it used this lock.
    @inline(never)
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock(body)
    }

    /// Replaces the value and returns the old one.
    ///
    /// The caller releases the old value without holding the lock, because a message of the application may be an
    /// object whose `deinit` runs code.
    @inline(never)
    @discardableResult
    package borrowing func exchange(_ value: consuming sending Value) -> sending Value where Value: Sendable {
        var value = value
        mutex.withLock { swap(&$0, &value) }
        return value
    }
}
