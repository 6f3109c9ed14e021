import ConversationHistory
import Testing

/// A store in memory that remembers what was saved, fails when it is told to, and can be made to wait.
final class RecordingStore: HistoryStore {
    struct Failure: Error, Equatable { var number: Int }

    private struct State {
        var saved: [ConversationSnapshot<ChatMessage>] = []
        var attempts = 0
        var failing: Set<Int> = []
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Lock(State())

    init(failing: Set<Int> = []) { state.withLock { $0.failing = failing } }

    /// What was saved, one after the other.
    var saved: [ConversationSnapshot<ChatMessage>] { state.withLock { $0.saved } }

    /// How many saves were begun.
    var attempts: Int { state.withLock { $0.attempts } }

    /// Lets the next saves fail, by their numbers from here on, from 1.
    func fail(_ numbers: Int...) {
        state.withLock { state in state.failing.formUnion(numbers.map { $0 + state.attempts }) }
    }

    /// Makes saves wait until they are released.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets all saves go on.
    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws(Failure) {
        let number = state.withLock { state in
            state.attempts += 1
            return state.attempts
        }
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        try state.withLock { (state) throws(Failure) in
            guard !state.failing.contains(number) else { throw Failure(number: number) }
            state.saved.append(snapshot)
        }
    }

    func load() async throws(Failure) -> ConversationSnapshot<ChatMessage>? { saved.last }
}

/// What a loop of a test throws.
struct LoopError: Error, Equatable {}

/// Waits until something holds; if it never does, that is an issue and not an endless run.
func eventually(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async {
    // Long: all tests run at once, on as many threads as there are cores.
    let limit = ContinuousClock.now + .seconds(600)
    while !condition() {
        guard ContinuousClock.now < limit else {
            Issue.record("What was waited for never came.", sourceLocation: sourceLocation)
            return
        }
        // A sleep that is cancelled returns at once, and the condition is looked at once more.
        try? await Task.sleep(for: .milliseconds(1))
    }
}
