/// A place where one conversation's snapshot lives.
///
/// A store holds one conversation: `save` replaces what is there by the whole snapshot, and `load` returns what was
/// saved last. What a save *costs* is the store's affair; the stores of this package write only what changed.
///
/// ## Using a store
///
/// Saves and loads of one instance may overlap: each is atomic, and they take effect one after another. A snapshot
/// remembers which stored state it was made from, and a store that detects conflicts refuses to save it over any other
/// state. So if two parts of a program load the same conversation, change it and save it, the second save throws a
/// conflict, even if both use one instance. A load changes nothing for snapshots that were loaded before.
///
/// ## Writing a store
///
/// - `save` must be atomic: whatever happens on the way, a later `load` returns the old snapshot or the new one.
/// - When `save` returns, the snapshot is as safe as the store ever makes it.
/// - `load` returns `nil` only when nothing was ever written. Anything else that keeps it from returning a snapshot
///   (damage, a newer version, a server that is away) is an error.
/// - What goes in and what comes out are values: neither may change with the other.
/// - Saving the same snapshot again changes nothing, so that a retry after an error is always safe.
/// - A store should refuse a save that would drop what another writer has saved; ``SnapshotTracker`` tells when.
/// - Work that blocks a thread belongs off the cooperative pool.
/// - A store that cannot fail declares `Failure` as `Never`; its callers then need no `try`.
///
/// ``ConversationSnapshot/encoded(style:)`` and ``ConversationSnapshot/init(decoding:limits:)`` turn a snapshot into bytes
/// and back, and the product `ConversationHistoryTesting` has the conformance suite that every store should pass.
public protocol HistoryStore<Message>: Sendable {
    /// The type of the messages.
    associatedtype Message: HistoryMessage

    /// What `save` and `load` throw; `Never` if the store cannot fail.
    associatedtype Failure: Error

    /// How large an entry this store takes, and in which style; a ``Conversation`` refuses anything else at once.
    ///
    /// Defaults to `HistoryLimits()`. A store with other limits must say so, and a store around another must pass on the
    /// limits of that one: what a store admits and cannot save would keep the conversation from ever being saved again.
    /// Clauses A13 and A14 of the conformance suite check it.
    var limits: HistoryLimits { get }

    /// Saves the whole snapshot in the place of what was saved before.
    ///
    /// - Parameter snapshot: The conversation as it is now.
    /// - Throws: The store's failure. The stored snapshot is then what it was before, or, where the error says that the
    ///   outcome is not known, the new one; saving again is safe in both cases.
    func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure)

    /// Returns the snapshot that was saved last.
    ///
    /// - Returns: The snapshot, or `nil` if nothing was ever saved here.
    /// - Throws: The store's failure, if there is something and it cannot be read.
    func load() async throws(Failure) -> ConversationSnapshot<Message>?
}

extension HistoryStore {
    /// The limits of the readers of this package.
    public var limits: HistoryLimits { HistoryLimits() }
}
