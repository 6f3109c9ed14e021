import ConversationHistory
import Testing

@Suite struct ConversationPolicyTests {
    /// Runs a turn with three messages of the loop, and says how often it saved before, within and after the loop.
    private static func saves(_ policy: ConversationPolicy) async throws -> [Int] {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store, policy: policy)
        var counts: [Int] = []
        try await conversation.turn("question") { turn in
            counts.append(store.attempts)
            try await turn.append(.calling("a"))
            counts.append(store.attempts)
            try await turn.append(contentsOf: [.answering("a"), .assistant("answer")])
            counts.append(store.attempts)
        }
        #expect(store.saved.last == conversation.snapshot)
        return counts + [store.attempts]
    }

    @Test func atEndSavesOnce() async throws {
        #expect(try await Self.saves(ConversationPolicy(saves: .atEnd)) == [0, 0, 0, 1])
    }

    @Test func aroundTurnSavesBeforeAndAfter() async throws {
        #expect(try await Self.saves(ConversationPolicy()) == [1, 1, 1, 2])
    }

    @Test func eachMessageSavesAtEachMessage() async throws {
        #expect(try await Self.saves(ConversationPolicy(saves: .eachMessage)) == [1, 2, 4, 5])
    }

    @Test func eachMessageSavesAStreamedMessageWhenItIsComplete() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store, policy: ConversationPolicy(saves: .eachMessage))
        try await conversation.turn("question") { turn in
            try turn.stream("answer")
            #expect(store.attempts == 1)
            try await turn.finishStreaming()
            #expect(store.attempts == 2)
            #expect(store.saved.last?.entries.last?.isIncomplete == false)
        }
    }

    @Test func aSaveThatFailsInTheLoopKeepsTheMessage() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store, policy: ConversationPolicy(saves: .eachMessage))
        try await conversation.turn("question") { turn in
            store.fail(1)
            await #expect(throws: RecordingStore.Failure.self) { try await turn.append(.assistant("one")) }
            #expect(turn.messages.last == .assistant("one"))
            try await turn.append(.assistant("two"))
        }
        #expect(
            store.saved.last.map { Array($0.messages) } == [.user("question"), .assistant("one"), .assistant("two")]
        )
    }

    @Test func aTurnWhoseMessageCannotBeSavedHasNotHappened() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        try await conversation.turn("one") { try await $0.append(.assistant("1")) }
        let before = conversation.snapshot
        store.fail(1)
        await #expect(throws: RecordingStore.Failure.self) {
            try await conversation.turn("two") { _ in Issue.record("The loop must not run.") }
        }
        #expect(conversation.snapshot.entries == before.entries)
        #expect(conversation.snapshot.turns == before.turns)
        #expect(conversation.snapshot.openTurn == nil)
        #expect(!conversation.isInTurn)
        try await conversation.turn("two") { try await $0.append(.assistant("2")) }
        #expect(store.saved.last == conversation.snapshot)
        #expect(conversation.messages.map(\.text) == ["one", "1", "two", "2"])
    }

    @Test func whatComesInWhileTheFirstSaveOfATurnFailsStays() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        store.hold()
        store.fail(1)
        let turn = Task { try await conversation.turn("question") { _ in Issue.record("The loop must not run.") } }
        await eventually { store.attempts == 1 }
        async let action = conversation.addAction("pressed")
        await eventually { conversation.snapshot.entries.count == 2 }
        store.release()
        await #expect(throws: RecordingStore.Failure.self) { try await turn.value }
        _ = try await action
        try await conversation.save()
        #expect(store.saved.last?.entries.map(\.action?.name) == ["pressed"])
        #expect(store.saved.last?.openTurn == nil)
    }

    @Test(arguments: [ConversationPolicy.Abort.keep, .rollBack])
    func aFailedTurn(_ abort: ConversationPolicy.Abort) async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store, policy: ConversationPolicy(abort: abort))
        try await conversation.turn("one") { try await $0.append(.assistant("1")) }
        await #expect(throws: LoopError.self) {
            try await conversation.turn("two") { turn in
                try await turn.append(.assistant("2"))
                throw LoopError()
            }
        }
        let snapshot = try #require(store.saved.last)
        #expect(snapshot == conversation.snapshot)
        if abort == .keep {
            #expect(snapshot.messages.map(\.text) == ["one", "1", "two", "2"])
            #expect(snapshot.turns.map(\.outcome) == [.completed, .failed])
            #expect(snapshot.rewound.isEmpty)
        } else {
            #expect(snapshot.messages.map(\.text) == ["one", "1"])
            #expect(snapshot.turns.map(\.outcome) == [.completed])
            let rewound = try #require(snapshot.rewound.first)
            #expect(rewound.entries.compactMap(\.message?.text) == ["two", "2"])
            #expect(rewound.turns.map(\.outcome) == [.failed])
            #expect(rewound.position == 2)
        }
    }

    @Test func aCompletedTurnIsNotRolledBack() async throws {
        let conversation = try await Conversation(
            restoring: RecordingStore(),
            policy: ConversationPolicy(abort: .rollBack)
        )
        try await conversation.turn("one") { try $0.stream("1") }
        #expect(conversation.messages.map(\.text) == ["one", "1"])
        #expect(conversation.snapshot.entries.map(\.isIncomplete) == [false, false])
    }

    @Test func aCheckpointIsSavedOnTheWayIfItIsTime() async throws {
        for (interval, saves) in [(Duration.zero, true), (.seconds(3600), false)] {
            let store = RecordingStore()
            let conversation = try await Conversation(
                restoring: store,
                policy: ConversationPolicy(checkpointInterval: interval)
            )
            try await conversation.turn("question") { turn in
                try turn.stream("The ")
                try turn.stream("answer")
                if saves {
                    await eventually { store.saved.last?.messages.last == .assistant("The answer") }
                    #expect(store.saved.last?.entries.last?.isIncomplete == true)
                    #expect(store.saved.last?.openTurn?.id == turn.id)
                }
                #expect((store.attempts > 1) == saves)
            }
        }
    }

    @Test func aCheckpointThatFailsIsMadeUpFor() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(
            restoring: store,
            policy: ConversationPolicy(checkpointInterval: .zero)
        )
        try await conversation.turn("question") { turn in
            store.fail(1)
            try turn.stream("answer")
            try turn.stream(".")
            await eventually { store.attempts >= 2 }
        }
        #expect(store.saved.last == conversation.snapshot)
    }

    @Test func aSaveIsFinishedAlthoughTheTaskIsCancelled() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        store.hold()
        let task = Task { try await conversation.setTitle("title") }
        await eventually { store.attempts == 1 }
        task.cancel()
        store.release()
        try await task.value
        #expect(store.saved.last?.title == "title")
    }

    @Test func aTurnInACancelledTaskIsSaved() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await conversation.turn("question") { turn in
                try await turn.append(.assistant("answer"))
                try Task.checkCancellation()
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(store.saved.last == conversation.snapshot)
        #expect(conversation.snapshot.turns.map(\.outcome) == [.cancelled])
        #expect(conversation.messages.count == 2)
    }

    /// A loop that is told to stop, finishes what it does and hands back, has completed its turn.
    @Test func aLoopThatFinishesAlthoughItIsCancelledIsComplete() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await conversation.turn("question") { try await $0.append(.assistant("answer")) }
        }
        try await task.value
        #expect(conversation.snapshot.turns.map(\.outcome) == [.completed])
    }
}
