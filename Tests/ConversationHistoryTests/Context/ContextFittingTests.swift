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

    @Test func aContinuationHasRoom() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.assistant("pinned"), isPinned: true)
        for index in 0..<10 {
            try snapshot.append(.user("\(index)"))
            try snapshot.append(.assistant("\(index)"))
        }
        let policy = { ContextPolicy<ChatMessage>(maximumMessages: $0, continuation: .user("go on")) }
        let context = snapshot.context(policy(7))
        #expect(context.messages.map(\.text) == ["go on", "pinned", "8", "8", "9", "9", "go on"])
        #expect(context.omittedCount == 16)
        #expect(snapshot.context(policy(6)).messages.map(\.text) == ["go on", "pinned", "9", "9", "go on"])
        // With the first question there, nothing needs to be put before it.
        var whole = ConversationSnapshot<ChatMessage>(messages: [.user("1"), .assistant("1"), .user("2")])
        #expect(whole.context(policy(3)).messages.map(\.text) == ["1", "1", "2"])
        try whole.append(.assistant("2"))
        #expect(whole.context(policy(5)).messages.map(\.text) == ["1", "1", "2", "2", "go on"])
        #expect(whole.context(policy(4)).messages.map(\.text) == ["2", "2", "go on"])
    }

    @Test func aPinnedThoughtWithoutWhatItLedToIsLeftOut() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("old"))
        let thought = ChatMessage(role: .assistant, content: [.reasoning(ReasoningBlock("a", signature: "s"))])
        let pinned = try snapshot.append(thought, isPinned: true)
        try snapshot.append(.assistant("old"))
        try snapshot.append(.user("new"))
        #expect(snapshot.context().messages.count == 4)
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 2)
        let context = snapshot.context(policy)
        #expect(context.messages == [.user("new")])
        #expect(context.repairs == [Repair(kind: .droppedTrailingReasoning, entry: pinned, callID: nil)])
        #expect(context.omittedCount == 2)
        #expect(context == snapshot.contextOfWhole(policy))
    }

    @Test func whatARepairDropsIsNotOmitted() throws {
        let messages: [ChatMessage] = [
            .user("1"), .answering("x"), .assistant(" "), .assistant("one"),
            .user("2"), .answering("y"), .assistant(" "), .assistant("two"), .user("3"),
        ]
        let snapshot = ConversationSnapshot(messages: messages)
        let whole = snapshot.context()
        #expect(whole.omittedCount == 0)
        #expect(whole.repairs.map(\.entry) == ["3", "7", "2", "6"])
        // What stands in the part that is left out is counted, and not named.
        let context = snapshot.context(ContextPolicy(maximumMessages: 3))
        #expect(context.messages.map(\.text) == ["2", "two", "3"])
        #expect(context.omittedCount == 4)
        #expect(context.repairs.map(\.entry) == ["7", "6"])
    }

    @Test func whatASummaryCoversIsNotNamed() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("1"))
        try snapshot.append(.answering("x"))
        try snapshot.append(.user(" "))
        let pinned = try snapshot.append(.assistant(" "), isPinned: true)
        let reach = try snapshot.append(.calling("a"))
        try snapshot.append(.answering("a"))
        try snapshot.append(HistoryEntry(.summary(HistorySummary(message: .user("summary"), through: reach))))
        let empty = try snapshot.append(.assistant(" "))
        try snapshot.append(.user("2"))
        let context = snapshot.context()
        #expect(context.messages.map(\.text) == ["summary", "2"])
        #expect(context.repairs.map(\.entry) == [pinned, empty])
        #expect(context.omittedCount == 5)
    }

    @Test func aResultWhoseCallIsLeftOutIsDropped() {
        var messages: [ChatMessage] = [.user("1"), .calling("a")]
        for index in 0..<50 { messages += [.user("\(index)"), .assistant("x")] }
        messages += [.user("2"), .answering("a"), .assistant("two")]
        let snapshot = ConversationSnapshot(messages: messages)
        #expect(snapshot.context().repairs.map(\.kind) == [.movedResult])
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 4)
        let context = snapshot.context(policy)
        #expect(context.messages.map(\.text) == ["49", "x", "2", "two"])
        #expect(context.repairs == [Repair(kind: .droppedResult, entry: "104", callID: "a")])
        #expect(context.omittedCount == 100)
        #expect(context == snapshot.contextOfWhole(policy))
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

    /// A history of any kind, with pins, instructions, actions, summaries and turns; each message has a number.
    static func history(_ generator: inout SeededGenerator) throws -> ConversationSnapshot<ChatMessage> {
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
        let observations = [0, 0.2][Int.random(in: 0...1, using: &generator)]
        let turns = [0, 0.1][Int.random(in: 0...1, using: &generator)]
        for (number, message) in messages.enumerated() {
            if Double.random(in: 0..<1, using: &generator) < turns {
                snapshot.endTurn()
                let start = snapshot.entries.count
                snapshot.openTurn = Turn(entries: start..<start + 1)
            }
            var message = message
            message.additionalFields["number"] = .number(JSONNumber(number))
            let entry = HistoryEntry(
                .message(message),
                isPinned: Double.random(in: 0..<1, using: &generator) < pins,
                isIncomplete: Int.random(in: 0..<8, using: &generator) == 0
            )
            try snapshot.append(entry)
            if Double.random(in: 0..<1, using: &generator) < observations {
                try snapshot.append(.user("observation \(number)"))
            }
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
        if Bool.random(using: &generator) { snapshot.endTurn() }
        return snapshot
    }

    @Test(arguments: 0..<600)
    func whateverTheHistory(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let snapshot = try Self.history(&generator)
        let limit = Int.random(in: 0...40, using: &generator)
        var policy =
            Bool.random(using: &generator)
            ? ContextPolicy<ChatMessage>(maximumMessages: limit)
            : ContextPolicy<ChatMessage>(maximumTokens: limit, countTokens: { message in message.content.count })
        if Int.random(in: 0..<4, using: &generator) == 0 { policy.continuation = .user("go on") }
        var least = policy
        least.maximumMessages = policy.maximumMessages.map { _ in 0 }
        least.maximumTokens = policy.maximumTokens.map { _ in 0 }
        let context = snapshot.context(policy)

        // Looking at the end only gives what looking at everything gives.
        #expect(context == snapshot.contextOfWhole(policy))

        #expect(ContextChecker.fault(in: context.messages, asksUser: policy.continuation != nil) == nil)
        let size =
            policy.maximumMessages == nil ? context.messages.map(\.content.count).reduce(0, +) : context.messages.count
        #expect(size <= limit || context.messages == snapshot.context(least).messages)
        Self.checkAccount(of: snapshot, context)
        Self.checkRequired(of: snapshot, context)
        Self.checkQuestion(of: snapshot, context)
    }

    @Test(arguments: 0..<100)
    func whateverTheHistoryWithoutABudget(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let snapshot = try Self.history(&generator)
        let context = snapshot.context()
        #expect(ContextChecker.fault(in: context.messages) == nil)
        Self.checkAccount(of: snapshot, context)
        if snapshot.lastSummary() == nil { #expect(context.omittedCount == 0) }
        // What was cut off is not there, and what was not is.
        let reasons = Set(context.messages.flatMap(\.content).filter(ContextChecker.isReasoning))
        for entry in snapshot.entries where entry.isIncomplete && snapshot.lastSummary() == nil {
            let content = entry.message?.content ?? []
            let last = content.last { $0.textValue?.allSatisfy(\.isWhitespace) != true }
            guard case .reasoning(let block) = last, block.text.hasPrefix("thought ") || block.text.hasPrefix("late ")
            else { continue }
            #expect(last.map(reasons.contains) == false)
        }
    }

    /// Each message is in the context, or left out by a repair that names it, or counted.
    private static func checkAccount(
        of snapshot: ConversationSnapshot<ChatMessage>,
        _ context: ModelContext<ChatMessage>
    ) {
        func key(_ message: ChatMessage) -> String {
            message.additionalFields["number"]?.jsonString ?? message.text
        }
        let present = Set(context.messages.map(key))
        let named = Set(context.repairs.map(\.entry))
        var counted = 0
        var isLeftIn = false
        for entry in snapshot.entries {
            guard let message = entry.message else { continue }
            let isRequired = entry.isPinned || message.role == .system
            if named.contains(entry.id), !present.contains(key(message)), !isRequired { isLeftIn = true }
            if !named.contains(entry.id), !present.contains(key(message)) {
                counted += 1
                // Behind a message that a repair has dropped, nothing was left out for the budget.
                #expect(!isLeftIn)
            }
        }
        #expect(context.omittedCount == counted)
    }

    /// Pins and instructions are in the context, with all that is said and called in them.
    private static func checkRequired(
        of snapshot: ConversationSnapshot<ChatMessage>,
        _ context: ModelContext<ChatMessage>
    ) {
        let texts = Set(context.messages.flatMap { $0.content.compactMap(\.textValue).map(trimmed) })
        for entry in snapshot.entries {
            guard let message = entry.message, entry.isPinned || message.role == .system else { continue }
            for text in message.content.compactMap(\.textValue) where !text.allSatisfy(\.isWhitespace) {
                #expect(texts.contains(trimmed(text)))
            }
            #expect(
                message.toolCalls.allSatisfy { call in
                    context.messages.contains {
                        $0.toolCalls.contains { $0.arguments == call.arguments && $0.name == call.name }
                    }
                }
            )
        }
    }

    /// The message that began the latest turn is in the context, or the last question where there was one since.
    private static func checkQuestion(
        of snapshot: ConversationSnapshot<ChatMessage>,
        _ context: ModelContext<ChatMessage>
    ) {
        guard snapshot.lastSummary() == nil else { return }
        let turn =
            snapshot.openTurn.map { $0.entries.lowerBound..<snapshot.entries.count } ?? snapshot.turns.last?.entries
        let questions = snapshot.entries.indices.filter { position in
            guard let message = snapshot.entries[position].message, message.role == .user else { return false }
            return message.toolResults.isEmpty && message.content.contains { $0.textValue?.isEmpty == false }
        }
        guard let last = questions.last else { return }
        guard !snapshot.messages.contains(where: { $0.role == .user && !$0.toolResults.isEmpty }) else {
            // A remark beside a result that was dropped is a question, too.
            let texts = Set(context.messages.flatMap { $0.content.compactMap(\.textValue) })
            let asked = snapshot.messages.filter { $0.role == .user && !$0.text.isEmpty }.map(\.text)
            let last = asked.lastIndex { $0.hasPrefix("question") } ?? asked.count
            if last < asked.count, turn == nil { #expect(asked[last...].contains(where: texts.contains)) }
            return
        }
        var question = last
        if let turn, last < turn.upperBound, let first = questions.first(where: turn.contains) { question = first }
        let text = snapshot.entries[question].message?.text ?? ""
        #expect(context.messages.contains { $0.role == .user && $0.text == text })
    }

    private static func trimmed(_ text: String) -> String {
        String(text.reversed().drop(while: \.isWhitespace).reversed())
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
}

extension ConversationSnapshot {
    /// Ends the turn that runs, as completed.
    fileprivate mutating func endTurn() {
        guard var turn = openTurn else { return }
        turn.entries = turn.entries.lowerBound..<Swift.max(turn.entries.lowerBound, entries.count)
        turn.outcome = .completed
        turns.append(turn)
        openTurn = nil
    }
}
