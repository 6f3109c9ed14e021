import ConversationHistory
import TestSupport
import Testing

@Suite struct SummaryTests {
    /// A summarizer that remembers what it was given.
    private final class Summarizer: Sendable {
        private let state = Lock<[[String]]>([])

        var given: [[String]] { state.withLock { $0 } }

        func policy(_ maximum: Int) -> ContextPolicy<ChatMessage> {
            ContextPolicy(
                maximumMessages: maximum,
                summarize: { messages in
                    let number = self.state.withLock { given in
                        given.append(messages.map(\.text))
                        return given.count
                    }
                    return .user("summary \(number)")
                }
            )
        }
    }

    private static func talk(_ conversation: Conversation<ChatMessage>, _ numbers: Range<Int>) async throws {
        for number in numbers {
            try await conversation.turn("q\(number)") { try await $0.append(.assistant("a\(number)")) }
        }
    }

    @Test func whatIsLeftOutIsSummarizedAndASecondSummaryCoversTheFirst() async throws {
        let summarizer = Summarizer()
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store, context: summarizer.policy(6))
        try await conversation.append(.system("s"))
        try await Self.talk(conversation, 0..<3)
        #expect(summarizer.given.isEmpty)
        try await Self.talk(conversation, 3..<12)
        let given = summarizer.given
        #expect(given.count > 1)
        for (index, texts) in given.enumerated().dropFirst() { #expect(texts.first == "summary \(index)") }
        let covered = given.joined().filter { !$0.hasPrefix("summary") }
        let said = (0..<12).flatMap { ["q\($0)", "a\($0)"] }
        #expect(covered == Array(said.prefix(covered.count)))
        // The last summary is in the context, behind the instructions; the others are not.
        let context = conversation.context.messages.map(\.text)
        #expect(Array(context.prefix(2)) == ["s", "summary \(given.count)"])
        #expect(context.count { $0.hasPrefix("summary") } == 1)
        // Each is an entry of its own, in the turn before whose loop it was made.
        let snapshot = try #require(store.saved.last)
        #expect(snapshot.entries.compactMap(\.summary?.message.text) == (1...given.count).map { "summary \($0)" })
        #expect(snapshot.messages.count == 25)
        #expect(snapshot == conversation.snapshot)
    }

    @Test func aSummaryIsUsedAfterRestoring() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(
            restoring: JSONFileHistoryStore(path: path),
            context: Summarizer().policy(4)
        )
        try await Self.talk(conversation, 0..<8)
        let restored = try await Conversation(
            restoring: JSONFileHistoryStore(path: path),
            context: ContextPolicy(maximumMessages: 4)
        )
        #expect(restored.context == conversation.context)
        #expect(restored.context.messages.contains { $0.text.hasPrefix("summary") })
        #expect(restored.context.omittedCount > 0)
    }

    enum Fault: CaseIterable { case throwing, empty, reasoningOnly, notStorable }

    @Test(arguments: Fault.allCases)
    func aSummarizerThatFailsStopsNoTurn(_ fault: Fault) async throws {
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            context: ContextPolicy(
                maximumMessages: 2,
                summarize: { _ in
                    switch fault {
                    case .throwing: throw LoopError()
                    case .empty: return .assistant(" \n")
                    case .reasoningOnly:
                        return ChatMessage(role: .assistant, content: [.reasoning(ReasoningBlock("well"))])
                    case .notStorable: return ChatMessage(role: .user, content: [.other(.nested(600))])
                    }
                }
            )
        )
        try await Self.talk(conversation, 0..<3)
        try await conversation.turn("last") { turn in
            switch fault {
            case .throwing: #expect(turn.summaryError is LoopError)
            case .empty, .reasoningOnly: #expect((turn.summaryError as? ConversationError)?.code == .emptySummary)
            case .notStorable: #expect((turn.summaryError as? SnapshotError)?.code == .tooDeep)
            }
            #expect(turn.messages.last == .user("last"))
        }
        #expect(conversation.snapshot.entries.allSatisfy { $0.summary == nil })
        #expect(conversation.snapshot.turns.map(\.outcome) == Array(repeating: .completed, count: 4))
    }

    /// A conversation whose summarizer does something to it, on its first call, while it runs.
    private static func disturbed(
        _ disturbance: @escaping @Sendable (Conversation<ChatMessage>, [ChatMessage]) async throws -> Void
    ) async throws -> Conversation<ChatMessage> {
        let box = Locked<Conversation<ChatMessage>?>(nil)
        let policy = ContextPolicy<ChatMessage>(
            maximumMessages: 8,
            summarize: { messages in
                let conversation = box.withLock { conversation in
                    defer { conversation = nil }
                    return conversation
                }
                if let conversation { try await disturbance(conversation, messages) }
                return .user("summary")
            }
        )
        let conversation = try await Conversation(restoring: RecordingStore(), context: policy)
        try await Self.talk(conversation, 0..<4)
        box.withLock { $0 = conversation }
        return conversation
    }

    private static func ids(_ messages: ArraySlice<ChatMessage>, in conversation: Conversation<ChatMessage>)
        -> [EntryID]
    {
        conversation.snapshot.entries.filter { $0.message.map(messages.contains) == true }.map(\.id)
    }

    @Test(arguments: [1, 2, 3])
    func aSummaryReachesToWhatIsLeftOfWhatIsRemovedMeanwhile(_ count: Int) async throws {
        let conversation = try await Self.disturbed { conversation, messages in
            for id in Self.ids(messages.suffix(count), in: conversation) { try await conversation.remove(id) }
        }
        try await conversation.turn("last") { turn in
            #expect(turn.summaryError == nil)
            #expect(turn.messages.map(\.text) == ["summary", "q3", "a3", "last"])
        }
        let summary = try #require(conversation.snapshot.entries.compactMap(\.summary).last)
        let reach = try #require(conversation.snapshot.position(of: summary.through))
        #expect(conversation.snapshot.entries[reach].message?.text == ["q2", "a1", "q1"][count - 1])
    }

    @Test func aSummaryOfWhichNothingIsLeftSaysSo() async throws {
        let conversation = try await Self.disturbed { conversation, messages in
            for id in Self.ids(messages[...], in: conversation) { try await conversation.remove(id) }
        }
        try await conversation.turn("last") { turn in
            #expect((turn.summaryError as? ConversationError)?.code == .outdatedSummary)
            #expect(turn.messages.map(\.text) == ["q3", "a3", "last"])
        }
        #expect(conversation.snapshot.entries.allSatisfy { $0.summary == nil })
    }

    @Test func whatIsAppendedWhileTheSummarizerRunsIsNotCovered() async throws {
        let conversation = try await Self.disturbed { conversation, _ in
            try await conversation.append(.assistant("meanwhile"))
        }
        try await conversation.turn("last") { turn in
            #expect(turn.messages.map(\.text) == ["summary", "q3", "a3", "last", "meanwhile"])
        }
    }

    @Test func theInputOfASummarizerIsRepaired() async throws {
        let given = Locked<[[ChatMessage]]>([])
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            context: ContextPolicy(
                maximumMessages: 6,
                continuation: .user("go on"),
                summarize: { messages in
                    given.withLock { $0.append(messages) }
                    return .user("summary")
                }
            )
        )
        for number in 0..<6 {
            try? await conversation.turn("q\(number)") { turn in
                try await turn.append(.calling("call_0"))
                try await turn.append(.answering("call_0"))
                try await turn.append(.calling("open"))
                let thought = ContentBlock.reasoning(ReasoningBlock("thought", signature: "s"))
                try await turn.append(ChatMessage(role: .assistant, content: [.text("a "), thought]))
                try await turn.append(.assistant(" "))
                _ = try turn.beginStreaming(ChatMessage(role: .assistant, content: [.reasoning(ReasoningBlock("cut"))]))
                throw LoopError()
            }
        }
        let inputs = given.value
        #expect(inputs.count > 1)
        for input in inputs {
            #expect(ContextChecker.fault(in: input + [.user("Summarize.")]) == nil)
            #expect(!input.contains { $0.content.contains { $0 == .reasoning(ReasoningBlock("cut")) } })
        }
    }

    @Test func thereIsNoSummaryWhileThereIsRoom() async throws {
        let summarizer = Summarizer()
        let conversation = try await Conversation(restoring: RecordingStore(), context: summarizer.policy(100))
        try await conversation.turn("question") { #expect($0.summaryError == nil) }
        #expect(summarizer.given.isEmpty)
    }

    @Test func pinsAndCallsStayWholeUnderASummary() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("old"))
        try snapshot.append(.calling("a"), isPinned: true)
        try snapshot.append(.answering("a"))
        let reach = try snapshot.append(.assistant("old"))
        try snapshot.append(HistoryEntry(.summary(HistorySummary(message: .user("summary"), through: reach))))
        try snapshot.append(.user("new"))
        for policy in [ContextPolicy<ChatMessage>.everything, ContextPolicy(maximumMessages: 1)] {
            let context = snapshot.context(policy)
            #expect(context.messages == [.calling("a"), .answering("a"), .user("summary"), .user("new")])
            #expect(context.repairs.isEmpty)
            #expect(context.omittedCount == 2)
        }
    }

    @Test func aSummaryThatPartsACallFromItsResultTakesBoth() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        try snapshot.append(.user("old"))
        let reach = try snapshot.append(.calling("a"))
        try snapshot.append(.answering("a"))
        try snapshot.append(HistoryEntry(.summary(HistorySummary(message: .user("summary"), through: reach))))
        try snapshot.append(.user("new"))
        #expect(snapshot.context().messages == [.user("summary"), .user("new")])
    }

    @Test func theCallsOfASummaryAreNotCalled() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        let reach = try snapshot.append(.user("old"))
        let message = ChatMessage(role: .user, content: [.text("summary"), .toolCall(ToolCall(id: "a", name: "n"))])
        try snapshot.append(HistoryEntry(.summary(HistorySummary(message: message, through: reach))))
        try snapshot.append(.user("new"))
        #expect(snapshot.context().messages == [.user("summary"), .user("new")])
    }

    @Test func aSummaryReachesOnWhenWhatItReachesToIsRemoved() async throws {
        let conversation = try await Conversation(restoring: RecordingStore(), context: Summarizer().policy(4))
        try await Self.talk(conversation, 0..<6)
        let before = conversation.context.messages
        while let summary = conversation.snapshot.entries.last(where: { $0.summary != nil })?.summary,
            conversation.snapshot.position(of: summary.through) != 0
        {
            try await conversation.remove(summary.through)
            #expect(conversation.context.messages == before)
        }
        // With the last thing that it covers, the summary goes as well.
        let last = try #require(conversation.snapshot.entries.first?.id)
        try await conversation.remove(last)
        #expect(conversation.context.messages.map(\.text) == ["q4", "a4", "q5", "a5"])
    }

    @Test func aRewindBehindASummaryUndoesIt() async throws {
        let conversation = try await Conversation(restoring: RecordingStore(), context: Summarizer().policy(4))
        try await Self.talk(conversation, 0..<8)
        let turn = conversation.snapshot.turns[1]
        try await conversation.rewind(toBefore: turn.id)
        #expect(conversation.context.messages == [.user("q0"), .assistant("a0")])
        #expect(conversation.snapshot.entries.allSatisfy { $0.summary == nil })
    }

    @Test func aForkTakesItsSummariesAlong() async throws {
        let conversation = try await Conversation(restoring: RecordingStore(), context: Summarizer().policy(4))
        try await Self.talk(conversation, 0..<8)
        let fork = try await conversation.fork(into: RecordingStore())
        #expect(fork.context == conversation.context)
        let early = try await conversation.fork(into: RecordingStore(), after: conversation.snapshot.entries[1].id)
        #expect(early.context.messages == [.user("q0"), .assistant("a0")])
    }

    @Test func theQuestionOfARunningTurnIsNeverCovered() async throws {
        let conversation = try await Conversation(restoring: RecordingStore(), context: Summarizer().policy(3))
        for number in 0..<6 {
            try await conversation.turn("q\(number)") { turn in
                #expect(turn.messages.last == .user("q\(number)"))
                for step in 0..<5 {
                    try await turn.append(.calling("\(number).\(step)"))
                    try await turn.append(.answering("\(number).\(step)"))
                    #expect(turn.messages.contains(.user("q\(number)")))
                    #expect(ContextChecker.fault(in: turn.messages) == nil)
                }
            }
        }
    }
}
