import TestSupport
import Testing

@testable import ConversationHistory

/// What a context costs grows with the history, or with the budget, and not with its square.
@Suite struct ContextCostTests {
    /// Counts what is asked of messages.
    private final class Counter: Sendable {
        private let value = Locked(0)

        var count: Int { value.value }
        func add() { value.withLock { $0 += 1 } }
    }

    /// A message that counts what is asked of it.
    private struct Counted: HistoryMessage {
        var role: MessageRole
        var calls: [String] = []
        var results: [String] = []
        var counter: Counter

        var searchableText: String { "" }
        var toolCallIDs: [String] { counted(calls) }
        var toolResultIDs: [String] { counted(results) }

        func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Counted? {
            var copy = counted(self)
            (copy.calls, copy.results) = (callIDs.compactMap(\.self), resultIDs.compactMap(\.self))
            return copy.calls.isEmpty && copy.results.isEmpty && !keepingRest ? nil : copy
        }

        func withoutEmptyParts() -> Counted? { counted(self) }
        func withoutTrailingReasoning() -> Counted? { counted(self) }

        private func counted<Value>(_ value: Value) -> Value {
            counter.add()
            return value
        }

        init(_ role: MessageRole, calls: [String] = [], results: [String] = [], _ counter: Counter) {
            (self.role, self.calls, self.results, self.counter) = (role, calls, results, counter)
        }

        init(from decoder: any Decoder) throws { self.init(.user, Counter()) }
        func encode(to encoder: any Encoder) throws {}

        static func == (left: Counted, right: Counted) -> Bool {
            left.role == right.role && left.calls == right.calls && left.results == right.results
        }
    }

    enum Shape: CaseIterable {
        case idsUsedAgain, unanswered, orphans, resultsFirst, parallel, parallelOfOneID, farResults
    }

    private static func messages(_ shape: Shape, _ count: Int, _ counter: Counter) -> [Counted] {
        func user() -> Counted { Counted(.user, counter) }
        func calling(_ ids: String...) -> Counted { Counted(.assistant, calls: ids, counter) }
        func answering(_ ids: String...) -> Counted { Counted(.tool, results: ids, counter) }
        let numbers = 0..<count
        return switch shape {
        case .idsUsedAgain: numbers.flatMap { _ in [user(), calling("a"), answering("a")] }
        case .unanswered: numbers.flatMap { _ in [user(), calling("a")] } + numbers.map { _ in answering("a") }
        case .orphans: numbers.map { _ in answering("a") } + [user()]
        case .resultsFirst: numbers.map { _ in answering("a") } + numbers.map { _ in calling("a") }
        case .parallel:
            [Counted(.assistant, calls: numbers.map(String.init), counter)] + numbers.map { answering("\($0)") } + [
                calling("open")
            ]
        case .parallelOfOneID:
            [Counted(.assistant, calls: numbers.map { _ in "a" }, counter)] + numbers.map { _ in answering("a") }
        case .farResults: numbers.map { calling("\($0)") } + numbers.map { answering("\($0)") }
        }
    }

    @Test(arguments: Shape.allCases)
    func repairingTwiceAsMuchAsksTwiceAsOften(_ shape: Shape) {
        func asked(_ count: Int) -> Int {
            let counter = Counter()
            _ = ConversationSnapshot(messages: Self.messages(shape, count, counter)).context()
            return counter.count
        }
        #expect(asked(800) < asked(400) * 5 / 2)
    }

    /// With the square of this many, this would not come to an end.
    @Test(arguments: Shape.allCases)
    func muchIsRepaired(_ shape: Shape) {
        let messages = Self.messages(shape, 20_000, Counter())
        let context = ConversationSnapshot(messages: messages).context()
        let calls = context.messages.flatMap(\.calls)
        #expect(Set(calls).count == calls.count)
        #expect(calls == context.messages.flatMap(\.results))
    }

    @Test func namesAreFoundAtOnce() {
        var names = UniqueNames(taken: ["a", "a-3", "b", "a-2-2"])
        #expect((0..<4).map { _ in names.name(like: "a") } == ["a-2", "a-4", "a-5", "a-6"])
        #expect(names.name(like: "b") == "b-2")
        #expect(names.name(like: "a-2") == "a-2-3")
        for _ in 0..<10_000 { _ = names.name(like: "a") }
        #expect(names.tryCount == 10_000 + 4 + 1 + 1 + 2)
    }

    @Test func aQueueGivesWhatCameFirst() {
        var queue = Queue<Int>()
        #expect(queue.removeFirst() == nil)
        for number in 0..<3 { queue.append(number) }
        #expect(queue.first == 0 && queue.removeFirst() == 0 && queue.removeFirst() == 1)
        queue.append(3)
        #expect(
            queue.removeFirst() == 2 && queue.removeFirst() == 3 && queue.removeFirst() == nil && queue.first == nil
        )
    }

    /// A step of a turn asks as much of a long history as of a short one.
    @Test(arguments: [false, true])
    func withABudgetTheLengthOfTheHistoryDoesNotMatter(_ hasObservations: Bool) throws {
        func asked(_ count: Int) throws -> Int {
            let counter = Counter()
            var messages = Self.messages(.idsUsedAgain, count, counter)
            let start = messages.count
            for index in 0..<300 {
                messages.append(Counted(hasObservations || index == 0 ? .user : .assistant, counter))
            }
            var snapshot = ConversationSnapshot(messages: messages)
            snapshot.openTurn = Turn(entries: start..<start + 1)
            let before = counter.count
            let context = snapshot.context(ContextPolicy(maximumMessages: 20))
            #expect(context.messages.count == 20 && context.messages[0].role == .user)
            return counter.count - before
        }
        #expect(try asked(100) == asked(2000))
    }

    @Test func manySummariesThatCoverNothingAreLookedForOnce() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        let reach = try snapshot.append(.user("old"))
        try snapshot.append(HistoryEntry(.summary(HistorySummary(message: .user("summary"), through: reach))))
        try snapshot.append(.user("new"))
        // Appended without the checks that each entry takes otherwise.
        for number in 0..<20_000 {
            let summary = HistorySummary<ChatMessage>(message: .user("lost"), through: EntryID("gone \(number)"))
            snapshot.appendUnchecked(HistoryEntry(.summary(summary), id: EntryID("\(number)")))
        }
        #expect(snapshot.context().messages.map(\.text) == ["summary", "new"])
    }
}
