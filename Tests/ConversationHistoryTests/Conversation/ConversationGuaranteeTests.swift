import ConversationHistory
import DurableFiles
import TestSupport
import Testing

/// The clauses that a user may rely on, each by its number.
@Suite struct ConversationGuaranteeTests {
    @Test func e1TheUsersMessageIsOnDiskBeforeTheLoop() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        for number in 1...3 {
            try await conversation.turn("question \(number)") { turn in
                let stored = try #require(try await JSONFileHistoryStore(path: path).load())
                #expect(stored.messages.last == .user("question \(number)"))
                #expect(stored.openTurn?.id == turn.id)
                try await turn.append(.assistant("answer \(number)"))
            }
        }
    }

    /// How the loop may notice that it was cancelled while it streamed.
    enum Cancellation: CaseIterable { case throwing, returning }

    @Test(arguments: Cancellation.allCases)
    func e2CancelWhileStreamingKeepsThePartialAnswer(_ cancellation: Cancellation) async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        let (pieces, source) = AsyncStream.makeStream(of: String.self)
        let task = Task {
            try await conversation.turn("question") { turn in
                // A cancelled stream just ends.
                for await piece in pieces { try turn.stream(piece) }
                if cancellation == .throwing { try Task.checkCancellation() }
            }
        }
        source.yield("The answer ")
        source.yield("is")
        await eventually { conversation.messages.last == .assistant("The answer is") }
        task.cancel()
        switch cancellation {
        case .throwing: await #expect(throws: CancellationError.self) { try await task.value }
        case .returning: try await task.value
        }
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        for snapshot in [conversation.snapshot, restored.snapshot] {
            #expect(snapshot.turns.map(\.outcome) == [.cancelled])
            #expect(snapshot.entries.map(\.message) == [.user("question"), .assistant("The answer is")])
            #expect(snapshot.entries.map(\.isIncomplete) == [false, true])
        }
    }

    @Test func e3AnErrorInATurnLeavesAContextThatAModelAccepts() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        await #expect(throws: LoopError.self) {
            try await conversation.turn("question") { turn in
                try await turn.append(.calling("a", "b"))
                try await turn.append(.answering("b"))
                throw LoopError()
            }
        }
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        #expect(restored.snapshot.turns.map(\.outcome) == [.failed])
        #expect(restored.snapshot.turns.first?.entries == 0..<3)
        try await restored.turn("go on") { turn in
            #expect(ContextChecker.fault(in: turn.messages) == nil)
            #expect(turn.messages.last == .user("go on"))
            #expect(turn.messages[3].toolResults.map(\.isPlaceholder) == [true])
            #expect(turn.context.repairs.map(\.kind) == [.madeUpResult])
        }
        #expect(Array(restored.messages) == [.user("question"), .calling("a", "b"), .answering("b"), .user("go on")])
    }

    @Test func e4WhatIsStoredStaysAsItIsWhateverIsRepaired() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        var generator = SeededGenerator(seed: 4)
        let history = (0..<60).map { ChatMessage.random($0, using: &generator) }
        let conversation = try await Conversation(
            ConversationSnapshot(messages: history),
            savingTo: JSONFileHistoryStore(path: path)
        )
        try await conversation.turn("question") { turn in
            #expect(!turn.context.repairs.isEmpty)
            #expect(ContextChecker.fault(in: turn.messages) == nil)
            try await turn.append(.assistant("answer"))
        }
        let stored = try #require(try await JSONFileHistoryStore(path: path).load())
        #expect(Array(stored.messages) == history + [.user("question"), .assistant("answer")])
    }

    @Test func e5AFailedSaveIsThrownAndTheNextOneWritesAll() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        try await conversation.addAction("first")
        store.fail(1)
        await #expect(throws: RecordingStore.Failure.self) { try await conversation.addAction("second") }
        #expect(conversation.snapshot.entries.compactMap(\.action?.name) == ["first", "second"])
        #expect(store.saved.last?.entries.count == 1)
        try await conversation.addAction("third")
        #expect(store.saved.last == conversation.snapshot)
        #expect(store.saved.last?.entries.compactMap(\.action?.name) == ["first", "second", "third"])
    }

    @Test func e5AFullDiskIsOvercomeWhenThereIsRoomAgain() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let room = Toggle()
        let calls = FaultySystemCalls { call in call.name == "pwrite" && room.isOn ? .fail(28) : nil }
        let store = JSONFileHistoryStore<ChatMessage>(path, .lines, .full, HistoryLimits(), .seconds(1), calls)
        let conversation = try await Conversation(restoring: store)
        try await conversation.turn("one") { try await $0.append(.assistant("1")) }
        for _ in 0..<3 {
            await #expect(throws: UnsavedTurnError<Int>.self) {
                try await conversation.turn("two") { turn in
                    try await turn.append(.assistant("2"))
                    room.isOn = true
                    return 2
                }
            }
            #expect(conversation.messages.last == .assistant("2"))
            room.isOn = false
        }
        try await conversation.save()
        #expect(try await JSONFileHistoryStore(path: path).load() == conversation.snapshot)
        #expect(conversation.messages.count == 8)
    }

    @Test func e6AFailedSaveIsNotTheSuccessOfATurnAndLosesNoAnswer() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        store.fail(2)
        let error = await #expect(throws: UnsavedTurnError<String>.self) {
            try await conversation.turn("question") { turn in
                try await turn.append(.assistant("answer"))
                return "answer"
            }
        }
        #expect(try error?.outcome.get() == "answer")
        #expect(error?.cause as? RecordingStore.Failure == RecordingStore.Failure(number: 2))
        #expect(conversation.snapshot.turns.map(\.outcome) == [.completed])
        #expect(!conversation.isInTurn)
        try await conversation.save()
        #expect(store.saved.last == conversation.snapshot)
    }

    @Test func e6TheErrorOfTheLoopIsNotLostInThatOfTheSave() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        store.fail(2)
        let error = await #expect(throws: UnsavedTurnError<Void>.self) {
            try await conversation.turn("question") { _ in throw LoopError() }
        }
        #expect(throws: LoopError.self) { try error?.outcome.get() }
        #expect(error?.cause is RecordingStore.Failure)
        #expect(conversation.snapshot.turns.map(\.outcome) == [.failed])
    }

    @Test func e7NothingThatASummaryCoversLeavesTheStore() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let conversation = try await Conversation(
            restoring: JSONFileHistoryStore(path: path),
            context: ContextPolicy(maximumMessages: 6, summarize: { .user("summary of \($0.count)") })
        )
        for number in 0..<20 {
            try await conversation.turn("question \(number)") { turn in
                #expect(turn.messages.count <= 6)
                try await turn.append(.assistant("answer \(number)"))
            }
        }
        let stored = try #require(try await JSONFileHistoryStore(path: path).load())
        #expect(stored.messages.count == 40)
        #expect(stored.messages.filter { $0.role == .user }.map(\.text) == (0..<20).map { "question \($0)" })
        #expect(stored.entries.count { $0.summary != nil } > 1)
    }

    @Test func e8ASecondTurnAtTheSameTimeIsRefused() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        let results = await withTaskGroup(of: Bool.self) { group in
            let (gate, opener) = AsyncStream.makeStream(of: Void.self)
            for number in 0..<10 {
                group.addTask {
                    do {
                        try await conversation.turn("\(number)") { _ in for await _ in gate {} }
                        return true
                    } catch let error as ConversationError {
                        #expect(error.code == .turnInProgress)
                        opener.finish()
                        return false
                    } catch {
                        Issue.record(error)
                        return false
                    }
                }
            }
            return await group.reduce(into: [false: 0, true: 0]) { $0[$1, default: 0] += 1 }
        }
        #expect(results[true, default: 0] + results[false, default: 0] == 10)
        #expect(results[true] == conversation.messages.count)
        #expect(results[true, default: 0] < 10)
        #expect(!conversation.isInTurn)
    }

    /// The bytes that are written over some turns, and those that the history then has.
    private static func bytes(turns: Int) async throws -> (written: Int, stored: Int) {
        let directory = TemporaryDirectory()
        let calls = FaultySystemCalls()
        let path = directory.path("chat.json")
        let store = JSONFileHistoryStore<ChatMessage>(path, .lines, .processCrash, HistoryLimits(), .seconds(1), calls)
        let conversation = try await Conversation(restoring: store)
        for number in 0..<turns {
            try await conversation.turn("question \(number)") { turn in
                try await turn.append(.assistant(String(repeating: "answer ", count: 100)))
            }
        }
        return (calls.bytesWritten, directory.read("chat.json")?.count ?? 0)
    }

    @Test func e9WhatTurnsWriteGrowsWithTheirNumberOnly() async throws {
        let (few, _) = try await Self.bytes(turns: 50)
        let (many, stored) = try await Self.bytes(turns: 200)
        #expect(many < few * 5)
        #expect(many < stored * 4)
        #expect(many < 200 * 4000)
    }
}
