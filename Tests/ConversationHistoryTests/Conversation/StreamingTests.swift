import ConversationHistory
import TestSupport
import Testing

@Suite struct StreamingTests {
    @Test func aMessageIsThereFromItsFirstPiece() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("question") { turn in
            let id = try turn.beginStreaming(.assistant("a"), sender: "agent")
            #expect(conversation.snapshot.entries.last?.isIncomplete == true)
            try turn.updateStreaming { $0.text += "b" }
            try turn.updateStreaming { $0.content.append(.toolCall(ToolCall(id: "c", name: "look"))) }
            #expect(conversation.snapshot.entries.last?.id == id)
            #expect(conversation.snapshot.entries.last?.sender == "agent")
            try await turn.finishStreaming()
            #expect(conversation.snapshot.entries.last?.isIncomplete == false)
            let error = #expect(throws: ConversationError.self) { try turn.updateStreaming { $0.text = "late" } }
            #expect(error?.code == .noMessageUnderWay)
        }
        #expect(conversation.messages[1].text == "ab")
        #expect(conversation.messages[1].toolCalls.map(\.id) == ["c"])
    }

    @Test func aNewMessageCompletesTheOneBefore() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("question") { turn in
            try turn.stream("one")
            try turn.beginStreaming(.assistant("two"))
            #expect(conversation.snapshot.entries.map(\.isIncomplete) == [false, false, true])
            try await turn.append(.assistant("three"))
            try turn.stream("four")
        }
        #expect(conversation.messages.map(\.text) == ["question", "one", "two", "three", "four"])
        #expect(conversation.snapshot.entries.allSatisfy { !$0.isIncomplete })
    }

    @Test func aMessageThatTheModelWasCutOffInStaysMarked() async throws {
        let store = RecordingStore()
        let policy = ConversationPolicy(saves: .eachMessage)
        let conversation = try await Conversation(restoring: store, policy: policy)
        try await conversation.turn("question") { turn in
            try turn.stream("one")
            try await turn.finishStreaming(isIncomplete: true)
            #expect(store.saved.last?.entries.map(\.isIncomplete) == [false, true])
            let error = #expect(throws: ConversationError.self) { try turn.updateStreaming { $0.text = "late" } }
            #expect(error?.code == .noMessageUnderWay)
            try await turn.append(.assistant("two"))
        }
        #expect(store.saved.last?.entries.map(\.isIncomplete) == [false, true, false])
        #expect(store.saved.last?.turns.map(\.outcome) == [.completed])
    }

    @Test func anActionMayComeInBetween() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        try await conversation.turn("question") { turn in
            try turn.stream("one ")
            try await conversation.addAction("pressed")
            #expect(store.saved.last?.entries.map(\.isIncomplete) == [false, true, false])
            try turn.stream("two")
        }
        #expect(conversation.messages.map(\.text) == ["question", "one two"])
        #expect(store.saved.last?.entries.map(\.isIncomplete) == [false, false, false])
    }

    @Test func aMessageThatWasRemovedIsNoLongerUnderWay() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("question") { turn in
            try await conversation.remove(try turn.beginStreaming(.assistant("one")))
            #expect(throws: ConversationError.self) { try turn.updateStreaming { $0.text = "late" } }
            try turn.stream("two")
        }
        #expect(conversation.messages.map(\.text) == ["question", "two"])
    }

    @Test func anEmptyMessageUnderWayIsNotForTheModel() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("question") { turn in
            try turn.beginStreaming(.assistant(""))
            #expect(turn.messages == [.user("question")])
            try turn.stream("\n")
            #expect(turn.messages == [.user("question")])
            try turn.stream("x")
            #expect(turn.messages == [.user("question"), .assistant("\nx")])
        }
    }

    @Test func aPieceThatCannotBeStoredIsRefusedAndTheRestStays() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        try await conversation.turn("question") { turn in
            try turn.stream("good")
            let error = #expect(throws: SnapshotError.self) {
                try turn.updateStreaming { $0.content.append(.other(.nested(600))) }
            }
            #expect(error?.code == .tooDeep)
            try turn.stream(", still")
        }
        #expect(store.saved.last?.messages.last == .assistant("good, still"))
    }

    /// The program ends while a message is streamed; `inBetween` comes in after it was begun.
    @Test(arguments: [false, true])
    func aCrashKeepsWhatWasSavedOnTheWay(_ hasActionInBetween: Bool) async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("chat.json")
        let crashed = try await Conversation(
            restoring: JSONFileHistoryStore(path: path),
            policy: ConversationPolicy(checkpointInterval: .seconds(3600))
        )
        try await crashed.turn("one") { try await $0.append(.assistant("1")) }
        let (reached, signal) = AsyncStream.makeStream(of: Void.self)
        let (never, gate) = AsyncStream.makeStream(of: Void.self)
        let loop = Task {
            try await crashed.turn("two") { turn in
                try await turn.append(.calling("a"))
                try turn.stream("partial")
                if hasActionInBetween { try await crashed.addAction("pressed") }
                try await crashed.save()
                try turn.stream(" and lost")
                signal.finish()
                for await _ in never {}
            }
        }
        for await _ in reached {}
        // What is on disk now is what another process would find if this one were gone.
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        #expect(restored.snapshot.openTurn == nil)
        #expect(restored.snapshot.turns.map(\.outcome) == [.completed, .interrupted])
        #expect(restored.snapshot.turns.last?.entries == 2..<(hasActionInBetween ? 6 : 5))
        #expect(restored.messages.last == .assistant("partial"))
        #expect(restored.snapshot.entries.map(\.isIncomplete).count(where: \.self) == 1)
        #expect(ContextChecker.fault(in: restored.context.messages) == nil)
        gate.finish()
        try await loop.value
        // The interrupted turn is recorded with the next save, and the incomplete message stays marked.
        let other = JSONFileHistoryStore(path: path)
        let again = try await Conversation(restoring: other)
        #expect(again.snapshot.turns.map(\.outcome) == [.completed, .completed])
    }

    @Test func anInterruptedTurnIsRecordedAndTheNextOneGoesOn() async throws {
        let store = RecordingStore()
        let crashed = try await Conversation(restoring: store)
        try await crashed.turn("one") { turn in
            try turn.stream("partial")
            try await crashed.save()
            let middle = try #require(store.saved.last)
            let restored = try await Conversation(restoring: InMemoryHistoryStore(middle))
            try await restored.turn("two") { turn in
                #expect(turn.messages.map(\.text) == ["one", "partial", "two"])
                try turn.stream("whole")
            }
            #expect(restored.snapshot.entries.map(\.isIncomplete) == [false, true, false, false])
            #expect(restored.snapshot.turns.map(\.outcome) == [.interrupted, .completed])
            #expect(restored.snapshot.turns.map(\.entries) == [0..<2, 2..<4])
        }
    }

    @Test func aLongAnswerInSmallPieces() async throws {
        let conversation = try await Conversation(restoring: RecordingStore())
        try await conversation.turn("question") { turn in
            for number in 0..<2000 { try turn.stream("\(number) ") }
        }
        #expect(conversation.messages.last?.text == (0..<2000).map { "\($0) " }.joined())
        #expect(conversation.messages.count == 2)
    }
}
