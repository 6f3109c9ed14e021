public import ConversationHistory
import ConversationHistoryLibrary

/// A store around another that fails when it is told to, for tests of what uses stores.
///
/// ```swift
/// let store = FailingHistoryStore(InMemoryHistoryStore(), failure: MyError.diskFull)
/// store.failSave(2)                   // the save after the next one
/// store.failsLoads = true             // every load, until it is set to false
/// ```
public final class FailingHistoryStore<Base: HistoryStore, Failure: Error>: HistoryStore {
    /// The type of the messages.
    public typealias Message = Base.Message

    /// On which side of the work a save fails.
    public enum Moment: Sendable {
        /// Before it: nothing was saved.
        case before

        /// After it: the snapshot was saved, but whoever saved it is told otherwise.
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

    /// What is thrown.
    public let failure: Failure

    private let convert: @Sendable (Base.Failure) -> Failure
    private let state = Lock(State())

    /// Creates a store that does not fail yet.
    ///
    /// - Parameters:
    ///   - base: The store to wrap.
    ///   - failure: What is thrown.
    ///   - convert: Turns a failure of the wrapped store into one of this store.
    public init(_ base: Base, failure: Failure, converting convert: @escaping @Sendable (Base.Failure) -> Failure) {
        self.base = base
        self.failure = failure
        self.convert = convert
    }

    /// Creates a store around one that fails in the same way.
    public convenience init(_ base: Base, failure: Failure) where Base.Failure == Failure {
        self.init(base, failure: failure) { $0 }
    }

    /// Creates a store around one that cannot fail.
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

    /// Lets one save fail.
    ///
    /// - Parameters:
    ///   - number: Which, counted from now: 1 is the next.
    ///   - moment: Whether the snapshot is saved all the same.
    public func failSave(_ number: Int = 1, _ moment: Moment = .before) {
        state.withLock { $0.failingSaves[$0.saveCount + number] = moment }
    }

    /// Lets one load fail.
    ///
    /// - Parameter number: Which, counted from now: 1 is the next.
    public func failLoad(_ number: Int = 1) {
        state.withLock { _ = $0.failingLoads.insert($0.loadCount + number) }
    }

    /// Saves in the wrapped store, or fails.
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(Failure) {
        let moment = state.withLock { state -> Moment? in
            state.saveCount += 1
            return state.failsSaves ? .before : state.failingSaves.removeValue(forKey: state.saveCount)
        }
        if moment == .before { throw failure }
        do throws(Base.Failure) { try await base.save(snapshot) } catch { throw convert(error) }
        if moment == .after { throw failure }
    }

    /// Loads from the wrapped store, or fails.
    public func load() async throws(Failure) -> ConversationSnapshot<Message>? {
        let fails = state.withLock { state in
            state.loadCount += 1
            return state.failingLoads.remove(state.loadCount) != nil || state.failsLoads
        }
        if fails { throw failure }
        do throws(Base.Failure) { return try await base.load() } catch { throw convert(error) }
    }
}
