/// What is done to the lock of a file.
package enum LockOperation: Hashable, Sendable {
    /// Take it together with other readers.
    case shared

    /// Take it alone.
    case exclusive

    /// Give it back.
    case unlock
}
