import TestSupport
import Testing

@testable import ConversationHistory

@Suite struct ConversationConcurrencyTests {
    @Test func actionsFromManyTasksAreAllStored() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(
            restoring: JSONFileHistoryStore(path: path, durability: .processCrash)
        )
        let ids = try await withThrowingTaskGroup(of: [EntryID].self) { group in
            for task in 0..<8 {
                group.addTask {
                    var ids: [EntryID] = []
                    for number in 0..<20 { ids.append(try await conversation.addAction("\(task).\(number)")) }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let stored = try #require(try await JSONFileHistoryStore(path: path).load())
        #expect(stored == conversation.snapshot)
        #expect(stored.entries.count == 160)
        for own in ids {
            let members = Set(own)
            #expect(stored.entries.map(\.id).filter(members.contains) == own)
        }
    }

    @Test func everythingElseMayHappenWhileATurnRuns() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        let first = try await conversation.append(.system("instructions"))
        try await conversation.turn("question") { turn in
            try await turn.append(.calling("a"))
            try await conversation.addAction("approved", payload: ["call": "a"], sender: "someone")
            try await conversation.pin(first)
            try await conversation.edit(first) { $0.content = .message(.system("better instructions")) }
            try await conversation.setTitle("title")
            #expect(store.saved.last == conversation.snapshot)
            try await turn.append(.answering("a"))
            try turn.addUsage(Usage(inputTokens: 3, outputTokens: 4))
            try turn.addUsage(Usage(inputTokens: 1, details: ["price": 2]))
            #expect(turn.messages.first == .system("better instructions"))
        }
        let snapshot = conversation.snapshot
        #expect(store.saved.last == snapshot)
        #expect(snapshot.turns.map(\.entries) == [1..<5])
        #expect(snapshot.turns.first?.usage == Usage(inputTokens: 4, outputTokens: 4, details: ["price": 2]))
        #expect(snapshot.entries[0].isPinned)
        #expect(snapshot.context().repairs.isEmpty)
    }

    @Test func aTurnSurvivesTheRemovalOfItsQuestion() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        try await conversation.append(.system("instructions"))
        try await conversation.turn("question") { turn in
            let question = try #require(conversation.snapshot.entries.last?.id)
            try await conversation.remove(question)
            #expect(store.saved.last?.openTurn?.id == turn.id)
            try turn.stream("answ")
            try turn.stream("er")
        }
        #expect(conversation.messages.map(\.text) == ["instructions", "answer"])
        #expect(conversation.snapshot.turns.map(\.entries) == [1..<2])
        #expect(conversation.snapshot.entries.last?.isIncomplete == false)
    }

    @Test(arguments: [ConversationPolicy.Abort.keep, .rollBack])
    func aTurnOfWhichNothingIsLeftIsNotRecorded(_ abort: ConversationPolicy.Abort) async throws {
        let conversation = try await Conversation(restoring: RecordingStore(), policy: ConversationPolicy(abort: abort))
        await #expect(throws: LoopError.self) {
            try await conversation.turn("question") { turn in
                try await conversation.remove(try #require(conversation.snapshot.entries.last?.id))
                throw LoopError()
            }
        }
        #expect(conversation.snapshot.turns.isEmpty && conversation.snapshot.rewound.isEmpty)
        #expect(conversation.snapshot.openTurn == nil)
        try await conversation.turn("again") { _ in }
        #expect(conversation.snapshot.turns.map(\.entries) == [0..<1])
    }

    @Test func aTurnAndARewindInATurnAreRefused() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("one") { _ in }
        let id = try #require(conversation.snapshot.turns.first?.id)
        try await conversation.turn("two") { _ in
            let nested = await #expect(throws: ConversationError.self) { try await conversation.turn("three") { _ in } }
            #expect(nested?.code == .turnInProgress)
            let rewind = await #expect(throws: ConversationError.self) { try await conversation.rewind(toBefore: id) }
            #expect(rewind?.code == .turnInProgress)
        }
        #expect(conversation.messages.map(\.text) == ["one", "two"])
    }

    @Test func aTurnThatIsBeingSavedStillRuns() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        async let turn: Void = conversation.turn("one") { _ in store.hold() }
        await eventually { store.attempts == 2 }
        #expect(conversation.isInTurn)
        await #expect(throws: ConversationError.self) { try await conversation.turn("two") { _ in } }
        store.release()
        try await turn
        #expect(!conversation.isInTurn)
        #expect(conversation.messages.map(\.text) == ["one"])
    }

    @Test func aTurnThatHasEndedTakesNothingMore() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        let turn = try await conversation.turn("question") { $0 }
        func code(_ body: () async throws -> Void) async -> ConversationError.Code? {
            await #expect(throws: ConversationError.self) { try await body() }?.code
        }
        func checkRefused() async {
            #expect(await code { try await turn.append(.assistant("late")) } == .turnEnded)
            #expect(await code { try turn.beginStreaming(.assistant("late")) } == .turnEnded)
            #expect(await code { try turn.updateStreaming { $0.text = "late" } } == .turnEnded)
            #expect(await code { try turn.stream("late") } == .turnEnded)
            #expect(await code { try await turn.finishStreaming() } == .turnEnded)
            #expect(await code { try turn.addUsage(Usage(inputTokens: 1)) } == .turnEnded)
        }
        await checkRefused()
        // Nor while another one runs.
        try await conversation.turn("next") { _ in await checkRefused() }
        #expect(conversation.messages.map(\.text) == ["question", "next"])
    }

    @Test func aSaveThatIsUnderWayOutlivesTheConversation() async throws {
        let store = RecordingStore()
        var conversation: Conversation? = try await Conversation(restoring: store)
        weak let gone = conversation
        store.hold()
        let task = Task { [conversation] in try await conversation?.addAction("pressed") }
        await eventually { store.attempts == 1 }
        task.cancel()
        conversation = nil
        store.release()
        _ = try await task.value
        await eventually { gone == nil }
        #expect(store.saved.last?.entries.count == 1)
    }

    // MARK: - Updates

    @Test func updatesBeginWithTheConversationAsItIs() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.setTitle("title")
        var iterator = conversation.updates.makeAsyncIterator()
        #expect(try await iterator.next()?.title == "title")
    }

    @Test func whoIsSlowGetsTheNewestOnly() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        var iterator = conversation.updates.makeAsyncIterator()
        for number in 0..<10 { try await conversation.setTitle("\(number)") }
        #expect(try await iterator.next()?.title == "9")
        try await conversation.setTitle("last")
        #expect(try await iterator.next()?.title == "last")
    }

    @Test func everyObserverGetsEachChange() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        var first = conversation.updates.makeAsyncIterator()
        var second = conversation.updates.makeAsyncIterator()
        _ = try await (first.next(), second.next())
        try await conversation.append(.user("question"))
        #expect(try await first.next()?.messages.last == .user("question"))
        #expect(try await second.next()?.messages.last == .user("question"))
        try await conversation.append(.assistant("answer"))
        #expect(try await first.next()?.messages.last == .assistant("answer"))
        try await conversation.setTitle("title")
        #expect(try await first.next()?.title == "title")
        #expect(try await second.next()?.title == "title")
    }

    @Test func updatesEndWithTheConversation() async throws {
        var conversation: Conversation? = try await Conversation(restoring: RecordingStore())
        let updates = try #require(conversation?.updates)
        let titles = Task {
            var titles: [String?] = []
            for await snapshot in updates { titles.append(snapshot.title) }
            return titles
        }
        try await conversation?.setTitle("title")
        conversation = nil
        #expect(await titles.value.last == "title")
    }

    @Test func whoStopsObservingIsForgotten() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        #expect(conversation.state.withLock(\.observers.count) == 0)
        let task = Task { for await _ in conversation.updates {} }
        await eventually { conversation.state.withLock(\.observers.count) == 1 }
        task.cancel()
        await task.value
        #expect(conversation.state.withLock(\.observers.count) == 0)
        _ = conversation.updates
        #expect(conversation.state.withLock(\.observers.count) == 0)
    }
}
