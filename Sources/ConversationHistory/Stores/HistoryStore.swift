/// A store for the snapshot of one conversation.
///
/// `save` replaces the stored snapshot with a new one, and `load` returns the snapshot that was saved last. How much a
/// save writes is up to the store; the stores of this package write only what has changed.
///
/// ## Using a store
///
/// Saves and loads of one instance may overlap: each is atomic, and they take effect one after another. A snapshot
/// remembers which stored state it was made from, and a store that detects conflicts refuses to save it over any other
/// state. If two parts of a program load the same conversation, change it and save it, the second save throws a
/// conflict, even if both use one instance. A load doesn't affect snapshots that were loaded before.
///
/// ## Writing a store
///
/// - `save` must be atomic: even after an interruption, a later `load` returns the old snapshot or the new one.
/// - When `save` returns, the snapshot is as safe as the store ever makes it.
/// - `load` returns `nil` only if nothing was ever written. Any other reason for not returning a snapshot (damage, a
///   newer version, an unavailable server) is an error.
/// - Snapshots that go in and come out are values: changing one must not change the other.
/// - Saving the same snapshot again changes nothing, so a retry after an error is always safe.
/// - A store should refuse a save that would drop the changes of another writer; ``SnapshotTracker`` detects such a
///   save.
/// - Work that blocks a thread must run outside the cooperative pool.
/// - A store that cannot fail declares `Failure` as `Never`; its callers then need no `try`.
///
/// ``ConversationSnapshot/encoded(style:)`` and ``ConversationSnapshot/init(decoding:limits:)`` convert a snapshot to
/// bytes and back. The product `ConversationHistoryTesting` contains the conformance suite that every store should
/// pass.
public protocol HistoryStore<Message>: Sendable {
    /// The type of the messages.
    associatedtype Message: HistoryMessage

    /// The error type of `save` and `load`; `Never` if the store cannot fail.
    associatedtype Failure: Error

    /// The largest entry and the style that the store accepts; a ``Conversation`` refuses anything else at once.
    ///
    /// Defaults to `HistoryLimits()`. A store with other limits must declare them, and a store that wraps another must
    /// pass on the limits of that store. An entry that the limits admit but the store cannot save would prevent every
    /// later save of the conversation. Clauses A13 and A14 of the conformance suite check the limits.
    var limits: HistoryLimits { get }

    /// Saves the whole snapshot, replacing the stored one.
    ///
    /// - Parameter snapshot: The current state of the conversation.
    /// - Throws: The store's failure. The stored snapshot is then unchanged or, if the error says that the outcome is
    ///   unknown, possibly the new one; saving again is safe in both cases.
    func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure)

    /// Returns the snapshot that was saved last.
    ///
    /// - Returns: The snapshot, or `nil` if nothing was ever saved.
    /// - Throws: The store's failure, if the snapshot cannot be read.
    func load() async throws(Failure) -> ConversationSnapshot<Message>?
}

extension HistoryStore {
    /// The default limits, which are those of this package's readers.
    public var limits: HistoryLimits { HistoryLimits() }
}
