public import ConversationHistory
import ConversationHistoryLibrary

/// A wrapper around a store that fails on request, for tests of code that uses stores.
///
/// ```swift
/// let store = FailingHistoryStore(InMemoryHistoryStore(), failure: MyError.diskFull)
/// store.failSave(2)                   // the save after the next one
/// store.failsLoads = true             // every load, until it is set to false
/// ```
public final class FailingHistoryStore<Base: HistoryStore, Failure: Error>: HistoryStore {
    /// The type of the messages.
    public typealias Message = Base.Message

    /// The moment at which a save fails.
    public enum Moment: Sendable {
        /// Before the wrapped store saves: nothing is stored.
        case before

        /// After the wrapped store has saved: the snapshot is stored, but the caller receives an error.
        case after
    }

    private struct State {
        var saveCount = 0
        var loadCount = 0
        var failsSaves = false
        var failsLoads = false
        var failingSaves: [Int: Moment] = [:]
        var failingLoads: Set<Int> = []
    }

    /// The wrapped store.
    public let base: Base

    /// The limits of the wrapped store.
    public var limits: HistoryLimits { base.limits }

    /// The error that failing saves and loads throw.
    public let failure: Failure

    private let convert: @Sendable (Base.Failure) -> Failure
    private let state = Lock(State())

    /// Creates a store that does not fail yet.
    ///
    /// - Parameters:
    ///   - base: The store to wrap.
    ///   - failure: The error to throw.
    ///   - convert: Converts a failure of the wrapped store into one of this store.
    public init(_ base: Base, failure: Failure, converting convert: @escaping @Sendable (Base.Failure) -> Failure) {
        self.base = base
        self.failure = failure
        self.convert = convert
    }

    /// Creates a store around one with the same type of failure.
    public convenience init(_ base: Base, failure: Failure) where Base.Failure == Failure {
        self.init(base, failure: failure) { $0 }
    }

    /// Creates a store around one that can't fail.
    public convenience init(_ base: Base, failure: Failure) where Base.Failure == Never {
        self.init(base, failure: failure, converting: Self.failure(from:))
    }

    @Sendable private static func failure(from never: Never) -> Failure {}

    /// Whether every save fails, before anything is saved.
    public var failsSaves: Bool {
        get { state.withLock { $0.failsSaves } }
        set { state.withLock { $0.failsSaves = newValue } }
    }

    /// Whether every load fails.
    public var failsLoads: Bool {
        get { state.withLock { $0.failsLoads } }
        set { state.withLock { $0.failsLoads = newValue } }
    }

    /// Makes one save fail.
    ///
    /// - Parameters:
    ///   - number: The number of the save, counted from now: 1 is the next.
    ///   - moment: Whether the save fails before or after the snapshot is saved.
    public func failSave(_ number: Int = 1, _ moment: Moment = .before) {
        state.withLock { $0.failingSaves[$0.saveCount + number] = moment }
    }

    /// Makes one load fail.
    ///
    /// - Parameter number: The number of the load, counted from now: 1 is the next.
    public func failLoad(_ number: Int = 1) {
        state.withLock { _ = $0.failingLoads.insert($0.loadCount + number) }
    }

    /// Saves the snapshot in the wrapped store, or throws ``failure``.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure) {
        let moment = state.withLock { state -> Moment? in
            state.saveCount += 1
            return state.failsSaves ? .before : state.failingSaves.removeValue(forKey: state.saveCount)
        }
        if moment == .before { throw failure }
        do throws(Base.Failure) { try await base.save(snapshot) } catch { throw convert(error) }
        if moment == .after { throw failure }
    }

    /// Loads the snapshot from the wrapped store, or throws ``failure``.
    public func load() async throws(Failure) -> ConversationSnapshot<Message>? {
        let fails = state.withLock { state in
            state.loadCount += 1
            return state.failingLoads.remove(state.loadCount) != nil || state.failsLoads
        }
        if fails { throw failure }
        do throws(Base.Failure) { return try await base.load() } catch { throw convert(error) }
    }
}
