public import ConversationHistory
import ConversationHistoryLibrary

/// A wrapper around a store that records every save and load, for tests of code that uses stores.
public final class RecordingHistoryStore<Base: HistoryStore>: HistoryStore {
    /// The type of the messages.
    public typealias Message = Base.Message

    /// The error that the wrapped store throws.
    public typealias Failure = Base.Failure

    /// A call of the store and its result.
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

    /// All calls of the store, in the order in which they ended.
    public var events: [Event] { recorded.withLock { $0 } }

    /// The successfully saved snapshots, in order.
    public var saved: [ConversationSnapshot<Message>] {
        events.compactMap { if case .save(let snapshot, failure: nil) = $0 { snapshot } else { nil } }
    }

    /// The number of loads, including failed ones.
    public var loadCount: Int {
        events.count { if case .save = $0 { false } else { true } }
    }

    /// Removes all recorded calls.
    public func removeEvents() { recorded.exchange([]) }

    /// Saves the snapshot in the wrapped store, and records the call.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure) {
        do throws(Failure) {
            try await base.save(snapshot)
        } catch {
            record(.save(snapshot, failure: error))
            throw error
        }
        record(.save(snapshot, failure: nil))
    }

    /// Loads the snapshot from the wrapped store, and records the call.
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
