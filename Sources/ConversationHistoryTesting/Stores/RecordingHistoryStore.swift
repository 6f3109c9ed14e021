public import ConversationHistory
import ConversationHistoryLibrary

/// A store around another that remembers every save and every load, for tests of what uses stores.
public final class RecordingHistoryStore<Base: HistoryStore>: HistoryStore {
    /// The type of the messages.
    public typealias Message = Base.Message

    /// What the wrapped store throws.
    public typealias Failure = Base.Failure

    /// What was asked of the store, and how it ended.
    public enum Event: Sendable {
        /// A save of a snapshot; with the failure, if it failed.
        case save(ConversationSnapshot<Message>, failure: Failure?)

        /// A load that returned a snapshot or `nil`.
        case load(ConversationSnapshot<Message>?)

        /// A load that failed.
        case failedLoad(Failure)
    }

    /// The wrapped store.
    public let base: Base

    /// The limits of the wrapped store.
    public var limits: HistoryLimits { base.limits }

    private let recorded = Lock<[Event]>([])

    /// Creates a store that has recorded nothing yet.
    public init(_ base: Base) { self.base = base }

    /// All that was asked of the store, in the order in which it ended.
    public var events: [Event] { recorded.withLock { $0 } }

    /// The snapshots whose save succeeded, in order.
    public var saved: [ConversationSnapshot<Message>] {
        events.compactMap { if case .save(let snapshot, failure: nil) = $0 { snapshot } else { nil } }
    }

    /// How many loads there were, also failed ones.
    public var loadCount: Int {
        events.count { if case .save = $0 { false } else { true } }
    }

    /// Forgets all that was recorded.
    public func removeEvents() { recorded.exchange([]) }

    /// Saves in the wrapped store, and records it.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure) {
        do throws(Failure) {
            try await base.save(snapshot)
        } catch {
            record(.save(snapshot, failure: error))
            throw error
        }
        record(.save(snapshot, failure: nil))
    }

    /// Loads from the wrapped store, and records it.
    public func load() async throws(Failure) -> ConversationSnapshot<Message>? {
        let snapshot: ConversationSnapshot<Message>?
        do throws(Failure) {
            snapshot = try await base.load()
        } catch {
            record(.failedLoad(error))
            throw error
        }
        record(.load(snapshot))
        return snapshot
    }

    private func record(_ event: Event) { recorded.withLock { $0.append(event) } }
}
