import ConversationHistory

/// The input from the user: lines and requests to stop.
///
/// A request to stop cancels the running task. If no task is running, it ends the input.
final class Console: Sendable {
    /// The user's response to a prompt.
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

    /// Waits for the user's next line, or for the end of the input.
    func next() async -> Event {
        guard !state.withLock({ $0.isEnding }) else { return .end }
        reader.readLine { [continuation] line in continuation.yield(line.map(Event.line) ?? .end) }
        for await event in events { return event }
        return .end
    }

    /// Runs a body that the user can cancel.
    func run(_ body: @escaping @MainActor () async throws -> Void) async throws {
        let task = Task { try await body() }
        state.withLock { state in
            state.running = task
            if state.isEnding { task.cancel() }
        }
        defer { state.withLock { $0.running = nil } }
        try await task.value
    }

    /// Handles a request to stop.
    func receive(_ request: Signals.Request) {
        let running = state.withLock { state in
            if request == .terminate { state.isEnding = true }
            return state.running
        }
        if let running { running.cancel() } else { continuation.yield(.end) }
    }
}
