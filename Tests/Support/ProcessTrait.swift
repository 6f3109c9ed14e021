import ConversationHistory
package import Testing

/// For tests that start processes by exit tests: one of them runs at a time.
///
/// Whoever waits for an exit test has a thread of the cooperative pool for as long as the process runs. On two cores, two
/// of them would keep all other tests waiting, and some of these can only wait for so long.
package struct ProcessTrait: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate()

    package let isRecursive = true

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        defer { Self.gate.leave() }
        try await function()
    }

    /// Lets one in at a time, in the order in which they come.
    private final class Gate: Sendable {
        private struct State {
            var isTaken = false
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Lock(State())

        func enter() async {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock { state in
                    if state.isTaken { state.waiting.append(continuation) }
                    defer { state.isTaken = true }
                    return !state.isTaken
                }
                if isFree { continuation.resume() }
            }
        }

        func leave() {
            let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
                state.isTaken = false
                return nil
            }
            next?.resume()
        }
    }
}

extension Trait where Self == ProcessTrait {
    /// The test starts processes by exit tests.
    package static var startsProcesses: ProcessTrait { ProcessTrait() }
}
