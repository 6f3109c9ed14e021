import Testing

@testable import ConversationHistory

@Suite struct ContextFittingTests {
    private static let turns: [ChatMessage] = [
        .system("s"), .user("1"), .assistant("one"), .user("2"), .calling("a"), .answering("a"), .assistant("two"),
        .user("3"),
    ]

    @Test(arguments: [
        (0, ["s", "3"]), (1, ["s", "3"]), (2, ["s", "3"]), (3, ["s", "3"]), (5, ["s", "3"]),
        (6, ["s", "2", "", "", "two", "3"]),
        (7, ["s", "2", "", "", "two", "3"]), (8, ["s", "1", "one", "2", "", "", "two", "3"]),
        (Int.max, ["s", "1", "one", "2", "", "", "two", "3"]), (-5, ["s", "3"]),
    ])
    func aNumberOfMessages(_ limit: Int, _ texts: [String]) {
        let context = ConversationSnapshot(messages: Self.turns).context(ContextPolicy(maximumMessages: limit))
        #expect(context.messages.map(\.text) == texts)
        #expect(context.omittedCount == Self.turns.count - texts.count)
        #expect(context.repairs.isEmpty)
    }

    @Test func aNumberOfTokens() {
        let messages: [ChatMessage] = [.user("aaaa"), .assistant("bb"), .user("cc"), .assistant("d"), .user("e")]
        func texts(_ tokens: Int) -> [String] {
            let policy = ContextPolicy<ChatMessage>(maximumTokens: tokens, countTokens: { $0.text.utf8.count })
            return ConversationSnapshot(messages: messages).context(policy).messages.map(\.text)
        }
        #expect(texts(0) == ["e"])
        #expect(texts(3) == ["e"])
        #expect(texts(4) == ["cc", "d", "e"])
        #expect(texts(9) == ["cc", "d", "e"])
        #expect(texts(10) == ["aaaa", "bb", "cc", "d", "e"])
    }

    @Test func bothBudgetsHold() {
        let messages = (0..<20).flatMap { [ChatMessage.user("\($0)"), .assistant("answer")] }
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 6, maximumTokens: 3, countTokens: { _ in 1 })
        #expect(ConversationSnapshot(messages: messages).context(policy).messages.count == 2)
    }

    @Test func aTokenCounterMayBeAbsurd() {
        let messages = (0..<5).map { ChatMessage.user("\($0)") }
        let policy = ContextPolicy<ChatMessage>(maximumTokens: 10, countTokens: { _ in .max })
        #expect(ConversationSnapshot(messages: messages).context(policy).messages.map(\.text) == ["4"])
    }

    @Test func theEstimateIsAQuarterOfTheStoredBytes() {
        let message = ChatMessage.user(String(repeating: "x", count: 4000))
        let estimate = ContextPolicy.estimateTokens(message)
        #expect((1000...1030).contains(estimate))
    }

    @Test func aPinnedResultBringsItsCallAndAPinnedCallItsResults() throws {
        for pinned in [1, 2, 3] {
            var snapshot = ConversationSnapshot<ChatMessage>()
            let messages: [ChatMessage] = [
                .user("q"), .calling("a", "b"), .answering("a"), .answering("b"), .assistant("x"),
            ]
            for (index, message) in messages.enumerated() { try snapshot.append(message, isPinned: index == pinned) }
            for index in 0..<200 {
                try snapshot.append(index.isMultiple(of: 2) ? .user("\(index)") : .assistant("\(index)"))
            }
            for limit in [0, 5, 60] {
                let context = snapshot.context(ContextPolicy(maximumMessages: limit))
                #expect(Array(context.messages.prefix(3)) == Array(messages[1...3]))
                #expect(context.repairs.isEmpty)
            }
        }
    }

    @Test func aLongLoopKeepsItsQuestionAndItsEnd() {
        var messages: [ChatMessage] = [.user("old"), .assistant("old"), .user("q")]
        for index in 0..<100 { messages += [.calling("c\(index)"), .answering("c\(index)")] }
        let context = ConversationSnapshot(messages: messages).context(ContextPolicy(maximumMessages: 10)).messages
        #expect(context.count == 9)
        #expect(context[0] == .user("q"))
        #expect(context[1] == .calling("c96"))
        #expect(ContextChecker.fault(in: context) == nil)
    }

    @Test func whatIsRequiredIsThereEvenIfItIsTooMuch() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        for index in 0..<10 { try snapshot.append(.user("\(index)"), isPinned: index < 4) }
        let context = snapshot.context(ContextPolicy(maximumMessages: 2))
        #expect(context.messages.map(\.text) == ["0", "1", "2", "3", "9"])
        #expect(context.omittedCount == 5)
    }

    @Test func anEmptyHistoryHasAnEmptyContext() {
        let context = ConversationSnapshot<ChatMessage>().context(ContextPolicy(maximumMessages: 3))
        #expect(context.messages.isEmpty && context.omittedCount == 0)
    }

    /// A history of any kind, with pins, instructions, actions and summaries.
    private static func history(_ generator: inout SeededGenerator) throws -> ConversationSnapshot<ChatMessage> {
        var snapshot = ConversationSnapshot<ChatMessage>()
        if Bool.random(using: &generator) { try snapshot.append(.system("instructions")) }
        let length = Int.random(in: 0...220, using: &generator)
        var messages = ChatMessage.soundTurns(length / 4, using: &generator)
        let faults = [0, 0, 0.05, 1][Int.random(in: 0...3, using: &generator)]
        for index in messages.indices where Double.random(in: 0..<1, using: &generator) < faults {
            messages[index] = .random(index, using: &generator)
        }
        let pins = [0, 0.02, 0.2][Int.random(in: 0...2, using: &generator)]
        let summaries = [0, 0.02][Int.random(in: 0...1, using: &generator)]
        for message in messages {
            try snapshot.append(message, isPinned: Double.random(in: 0..<1, using: &generator) < pins)
            if Int.random(in: 0..<10, using: &generator) == 0 {
                try snapshot.append(HistoryEntry(.action(HistoryAction(name: "pressed"))))
            }
            if Double.random(in: 0..<1, using: &generator) < summaries {
                let through = snapshot.entries[Int.random(in: snapshot.entries.indices, using: &generator)].id
                let summary = HistorySummary(
                    message: ChatMessage.user("summary \(snapshot.entries.count)"),
                    through: through
                )
                try snapshot.append(HistoryEntry(.summary(summary)))
            }
        }
        return snapshot
    }

    @Test(arguments: 0..<300)
    func whateverTheHistory(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let snapshot = try Self.history(&generator)
        let limit = Int.random(in: 0...40, using: &generator)
        let policy =
            Bool.random(using: &generator)
            ? ContextPolicy<ChatMessage>(maximumMessages: limit)
            : ContextPolicy<ChatMessage>(maximumTokens: limit, countTokens: { message in message.content.count })
        var least = policy
        least.maximumMessages = policy.maximumMessages.map { _ in 0 }
        least.maximumTokens = policy.maximumTokens.map { _ in 0 }
        let context = snapshot.context(policy)

        // Looking at the end only gives what looking at everything gives. A result whose call is left out was moved to
        // it if the call was looked at, and left out otherwise.
        let whole = snapshot.contextOfWhole(policy)
        #expect(context.messages == whole.messages)
        #expect(context.omittedCount == whole.omittedCount)
        #expect(Self.comparable(context.repairs) == Self.comparable(whole.repairs))

        #expect(ContextChecker.fault(in: context.messages) == nil)
        let size =
            policy.maximumMessages == nil ? context.messages.map(\.content.count).reduce(0, +) : context.messages.count
        #expect(size <= limit || context.messages == snapshot.context(least).messages)
        let texts = Set(context.messages.flatMap { $0.content.compactMap(\.textValue) })
        for entry in snapshot.entries {
            guard let message = entry.message, entry.isPinned || message.role == .system else { continue }
            for text in message.content.compactMap(\.textValue) where !text.allSatisfy(\.isWhitespace) {
                #expect(texts.contains(text))
            }
            #expect(
                message.toolCalls.allSatisfy { call in
                    context.messages.contains {
                        $0.toolCalls.contains { $0.arguments == call.arguments && $0.name == call.name }
                    }
                }
            )
        }
        // A remark beside a result that was dropped is a question, too.
        let asked = snapshot.messages.filter { $0.role == .user && !$0.text.isEmpty }.map(\.text)
        let last = asked.lastIndex { $0.hasPrefix("question") } ?? asked.count
        if last < asked.count, snapshot.lastSummary() == nil {
            #expect(asked[last...].contains(where: texts.contains))
        }
    }

    @Test func theEndIsMostlyEnough() throws {
        var short = 0
        for seed in 0..<300 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let snapshot = try Self.history(&generator)
            if snapshot.entries.count > 60, ContextCandidates(snapshot, lookingAtLast: 40) != nil { short += 1 }
        }
        #expect(short > 60)
    }

    private static func comparable(_ repairs: [Repair]) -> Set<Repair> {
        Set(
            repairs.map {
                $0.kind == .movedResult ? Repair(kind: .droppedResult, entry: $0.entry, callID: $0.callID) : $0
            }
        )
    }
}
