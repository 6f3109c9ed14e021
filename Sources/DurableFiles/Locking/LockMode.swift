/// Who else may hold a lock at the same time.
package enum LockMode: Hashable, Sendable {
    /// Other readers.
    case shared

    /// Nobody.
    case exclusive
}
