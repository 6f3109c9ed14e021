import ConversationHistory
package import Testing

/// A trait for tests that start processes through exit tests: only one of them runs at a time.
///
/// Waiting for an exit test occupies a thread of the cooperative pool until the process ends. On two cores, two such
/// tests would block all other tests, some of which have time limits.
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

    /// A gate that admits one task at a time, in the order of arrival.
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
    /// Marks a test that starts processes through exit tests.
    package static var startsProcesses: ProcessTrait { ProcessTrait() }
}
