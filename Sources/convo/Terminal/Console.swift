import ConversationHistory

/// The user: lines, and the wish to stop.
///
/// The wish to stop goes to what is running. If nothing is, it comes where the next line would.
final class Console: Sendable {
    /// What the user does when asked for a prompt.
    enum Event: Hashable, Sendable {
        case line(String)
        case end
    }

    private struct State {
        var running: Task<Void, any Error>?
        var isEnding = false
    }

    private let reader = LineReader()
    private let state = Lock(State())
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init() { (events, continuation) = AsyncStream.makeStream() }

    /// Waits for the user's next line, or for the end.
    func next() async -> Event {
        guard !state.withLock({ $0.isEnding }) else { return .end }
        reader.readLine { [continuation] line in continuation.yield(line.map(Event.line) ?? .end) }
        for await event in events { return event }
        return .end
    }

    /// Runs something that the user can stop, and throws what it throws.
    func run(_ body: @escaping @MainActor () async throws -> Void) async throws {
        let task = Task { try await body() }
        state.withLock { state in
            state.running = task
            if state.isEnding { task.cancel() }
        }
        defer { state.withLock { $0.running = nil } }
        try await task.value
    }

    /// Takes in that the program was asked to stop.
    func receive(_ request: Signals.Request) {
        let running = state.withLock { state in
            if request == .terminate { state.isEnding = true }
            return state.running
        }
        if let running { running.cancel() } else { continuation.yield(.end) }
    }
}
