import Synchronization

/// A value that one thread at a time reads or changes.
///
/// Use this type instead of `Mutex`, which is not safe in async functions. `Mutex` reads the address of the thread's
/// local storage, and `Mutex.withLock` is always inlined. With Swift 6.3 on Linux, the optimizer keeps that address
/// across a suspension of the async function that it was inlined into. The function may resume on another thread, and
/// then it unlocks in the name of the first one: the program ends with "Call to unlock Mutex on a thread which hasn't
/// acquired the lock".
///
/// `withLock` is synchronous and never inlined, so the address is read and used on one thread. Its specializations are
/// not inlined either.
package struct Lock<Value: ~Copyable>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>

    package init(_ value: consuming sending Value) { mutex = Mutex(value) }

    /// Runs the closure while no other thread has the value.
    ///
    /// The closure must not call code of the package's users: it would deadlock or trap if it came back to this lock.
    @inline(never)
    package borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        try mutex.withLock(body)
    }

    /// Puts a value in the place of the one that is there, and returns that.
    ///
    /// What is let go of is let go of by the caller, without the lock: a message of the application's may be an object that
    /// does something then.
    @inline(never)
    @discardableResult
    package borrowing func exchange(_ value: consuming sending Value) -> sending Value where Value: Sendable {
        var value = value
        mutex.withLock { swap(&$0, &value) }
        return value
    }
}
