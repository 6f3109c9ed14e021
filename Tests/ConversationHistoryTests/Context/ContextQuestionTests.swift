import TestSupport
import Testing

@testable import ConversationHistory

/// The question of the turn is in the context, whatever the loop appends.
@Suite struct ContextQuestionTests {
    private static let screenshot = ChatMessage(
        role: .user,
        content: [.image(MediaBlock(.url("https://example.org/screen.png")))]
    )

    @Test func theQuestionOfARunningTurnStaysWhenTheLoopAppendsMessagesOfTheUser() async throws {
        let store = RecordingStore()
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 6)
        let conversation = try await Conversation(restoring: store, context: policy)
        try await conversation.turn("old") { try await $0.append(.assistant("old")) }
        try await conversation.turn("question") { turn in
            for step in 0..<60 {
                try await turn.append(.calling("\(step)"))
                try await turn.append(.answering("\(step)"))
                try await turn.append(step.isMultiple(of: 2) ? .user("observation \(step)") : Self.screenshot)
                let context = turn.context
                #expect(context.messages.contains(.user("question")))
                #expect(context.messages[0] == .user(step == 0 ? "old" : "question"))
                #expect(context.messages.count <= 6)
                #expect(context.messages.count > 4)
                #expect(ContextChecker.fault(in: context.messages) == nil)
                #expect(context == conversation.snapshot.contextOfWhole(policy))
            }
        }
        // Nor is it another question once the turn has ended, here or after a restart.
        #expect(conversation.context.messages[0] == .user("question"))
        let restored = try await Conversation(restoring: store, context: policy)
        #expect(restored.context == conversation.context)
        // A new question is the one that the next turn is about.
        try await restored.turn("next") { turn in
            #expect(turn.messages.last == .user("next"))
            #expect(!turn.messages.contains(.user("question")))
        }
    }

    @Test(arguments: [false, true])
    func theQuestionOfATurnThatDidNotCompleteStays(_ isInterrupted: Bool) async throws {
        let store = RecordingStore()
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 3)
        let conversation = try await Conversation(
            restoring: store,
            policy: ConversationPolicy(saves: .eachMessage),
            context: policy
        )
        var interrupted: ConversationSnapshot<ChatMessage>?
        try? await conversation.turn("question") { turn in
            for step in 0..<5 { try await turn.append(.user("observation \(step)")) }
            interrupted = store.saved.last
            throw LoopError()
        }
        let snapshot = try #require(isInterrupted ? interrupted : store.saved.last)
        #expect((snapshot.openTurn != nil) == isInterrupted)
        let restored = try await Conversation(snapshot, savingTo: RecordingStore(), context: policy)
        #expect(restored.context.messages.map(\.text) == ["question", "observation 3", "observation 4"])
        // What was asked behind the turn is asked now.
        try await restored.append(.user("later"))
        #expect(restored.context.messages.map(\.text) == ["observation 3", "observation 4", "later"])
    }

    @Test func withoutTurnsTheLastQuestionStays() {
        let messages: [ChatMessage] = [.user("1"), .assistant("a"), .user("2"), .assistant("b"), .assistant("c")]
        let context = ConversationSnapshot(messages: messages).context(ContextPolicy(maximumMessages: 2))
        #expect(context.messages.map(\.text) == ["2", "c"])
    }

    @Test func whenTheQuestionIsRemovedTheNextOneOfItsTurnStays() async throws {
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            context: ContextPolicy(maximumMessages: 2)
        )
        try await conversation.turn("old") { try await $0.append(.assistant("old")) }
        try await conversation.turn("question") { turn in
            let question = try #require(conversation.snapshot.entries.last?.id)
            try await turn.append(.assistant("a"))
            try await turn.append(.user("observation 1"))
            try await turn.append(.user("observation 2"))
            try await turn.append(.assistant("b"))
            try await conversation.remove(question)
            #expect(turn.messages.map(\.text) == ["observation 1", "b"])
        }
    }

    @Test func aTurnMayBeginWithAMessageOfAnotherRole() async throws {
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            context: ContextPolicy(maximumMessages: 2)
        )
        try await conversation.turn(ChatMessage(role: "event", text: "door opened")) { turn in
            for step in 0..<50 { try await turn.append(.user("observation \(step)")) }
            #expect(turn.messages.map(\.text) == ["door opened", "observation 49"])
        }
    }

    @Test func theQuestionOfATurnIsNotSummarized() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        for index in 0..<4 {
            try snapshot.append(.user("\(index)"))
            try snapshot.append(.assistant("\(index)"))
        }
        snapshot.openTurn = Turn(entries: 8..<9)
        try snapshot.append(.user("question"))
        for step in 0..<9 { try snapshot.append(.user("observation \(step)")) }
        let (messages, count) = try #require(snapshot.overflow(ContextPolicy(maximumMessages: 4)))
        #expect(messages.map(\.text) == ["0", "0", "1", "1", "2", "2", "3", "3"])
        #expect(count == 8)
    }

    /// How much is looked at depends on the budget, even where the question is far back.
    @Test func theEndIsEnoughForALongTurn() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        for index in 0..<100 { try snapshot.append(.user("old \(index)")) }
        snapshot.openTurn = Turn(entries: 100..<101)
        try snapshot.append(.user("question"))
        for step in 0..<1000 { try snapshot.append(step.isMultiple(of: 5) ? .user("\(step)") : .assistant("\(step)")) }
        let candidates = try #require(ContextCandidates(snapshot, lookingAtLast: 50))
        #expect(candidates.units.count < 60)
        #expect(candidates.units.first?.items[0].message == .user("question"))
        let policy = ContextPolicy<ChatMessage>(maximumMessages: 10)
        #expect(snapshot.context(policy) == snapshot.contextOfWhole(policy))
    }
}
