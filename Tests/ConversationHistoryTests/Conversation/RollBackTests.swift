import ConversationHistory
import TestSupport
import Testing

/// What a turn has added is what the turn added, not all that came in while it ran.
@Suite("Rolling a turn back")
struct RollBackTests {
    private let directory = TemporaryDirectory()

    private func open() async throws -> Conversation<ChatMessage> {
        try await Conversation(
            restoring: JSONFileHistoryStore(path: directory.path("chat.json"), durability: .processCrash),
            policy: ConversationPolicy(abort: .rollBack)
        )
    }

    @Test func whatOthersHaveAppendedStays() async throws {
        let conversation = try await open()
        try await conversation.turn("one") { try await $0.append(.assistant("1")) }
        let started = conversation.snapshot
        await #expect(throws: LoopError.self) {
            try await conversation.turn("two") { turn in
                try await conversation.addAction("approved", sender: "someone")
                try await turn.append(.calling("a"))
                try turn.stream("partial")
                try await conversation.append(.system("new instructions"), isPinned: true)
                try turn.stream(" answer")
                try await turn.append(.assistant("2"))
                throw LoopError()
            }
        }
        let snapshot = conversation.snapshot
        #expect(
            snapshot.entries.map { $0.message?.text ?? $0.action?.name } == [
                "one", "1", "approved", "new instructions",
            ]
        )
        #expect(snapshot.entries.map(\.isPinned) == [false, false, false, true])
        #expect(snapshot.turns == started.turns && snapshot.openTurn == nil)
        let rewound = try #require(snapshot.rewound.first)
        #expect(rewound.entries.compactMap(\.message?.text) == ["two", "", "partial answer", "2"])
        #expect(rewound.turns.map(\.outcome) == [.failed])
        #expect(rewound.position == 2)
        #expect(try await JSONFileHistoryStore(path: directory.path("chat.json")).load() == snapshot)
        // And it goes on from there.
        try await conversation.turn("three") { try await $0.append(.assistant("3")) }
        #expect(conversation.snapshot.turns.last?.entries == 4..<6)
        #expect(try await open().snapshot == conversation.snapshot)
    }

    @Test func whatOthersHaveAppendedStaysIfNothingOfTheTurnIsLeft() async throws {
        let conversation = try await open()
        await #expect(throws: LoopError.self) {
            try await conversation.turn("question") { turn in
                try await conversation.addAction("pressed")
                try await conversation.remove(try #require(conversation.snapshot.entries.first?.id))
                throw LoopError()
            }
        }
        #expect(conversation.snapshot.entries.compactMap(\.action?.name) == ["pressed"])
        #expect(conversation.snapshot.rewound.isEmpty && conversation.snapshot.turns.isEmpty)
        #expect(conversation.snapshot.openTurn == nil)
    }

    @Test func aSummaryOfOthersThatReachedIntoTheTurnReachesToTheEntryBefore() async throws {
        let conversation = try await open()
        let before = try await conversation.append(.user("before"))
        await #expect(throws: LoopError.self) {
            try await conversation.turn("question") { turn in
                let question = try #require(conversation.snapshot.entries.last?.id)
                try await conversation.append(
                    HistoryEntry(.summary(HistorySummary(message: .user("summary"), through: question)))
                )
                throw LoopError()
            }
        }
        #expect(conversation.snapshot.entries.compactMap(\.summary?.through) == [before])
        #expect(conversation.context.messages == [.user("summary")])
    }

    @Test func whatWasPinnedOrEditedMeanwhileGoesWithTheTurn() async throws {
        let conversation = try await open()
        await #expect(throws: LoopError.self) {
            try await conversation.turn("question") { turn in
                let id = try await turn.append(.assistant("answer"))
                try await conversation.pin(id)
                try await conversation.edit(id) { $0.content = .message(.assistant("edited")) }
                throw LoopError()
            }
        }
        #expect(conversation.snapshot.entries.isEmpty)
        let rewound = try #require(conversation.snapshot.rewound.first)
        #expect(rewound.entries.compactMap(\.message?.text) == ["question", "edited"])
    }
}
