import ConversationHistory
import TestSupport
import Testing

@Suite struct ConversationEditingTests {
    private let directory = TemporaryDirectory()

    private func open() async throws -> Conversation<ChatMessage> {
        let store = JSONFileHistoryStore(path: directory.path("chat.json"), durability: .processCrash)
        return try await Conversation(restoring: store)
    }

    private func stored() async throws -> ConversationSnapshot<ChatMessage>? {
        try await JSONFileHistoryStore(path: directory.path("chat.json")).load()
    }

    private var fileText: String { String(decoding: directory.read("chat.json") ?? [], as: UTF8.self) }

    private static func talk(_ conversation: Conversation<ChatMessage>, _ numbers: Range<Int>) async throws {
        for number in numbers {
            try await conversation.turn("q\(number)") { try await $0.append(.assistant("a\(number)")) }
        }
    }

    @Test func everyChangeIsSavedAtOnce() async throws {
        let conversation = try await open()
        func check() async throws { #expect(try await stored() == conversation.snapshot) }
        let first = try await conversation.append(.system("s"), sender: "app", isPinned: true)
        try await check()
        try await Self.talk(conversation, 0..<2)
        try await conversation.setTitle("title")
        try await check()
        try await conversation.setOwner(Owner(user: "u", organization: "o"))
        try await check()
        try await conversation.updateMetadata { $0["colour"] = "blue" }
        try await check()
        try await conversation.addAction("pressed", payload: ["x": 1.5], sender: "u")
        try await check()
        try await conversation.unpin(first)
        try await check()
        #expect(conversation.snapshot.entries[0].isPinned == false)
        let ids = conversation.snapshot.entries.map(\.id)
        try await conversation.pin(ids[1], ids[3])
        try await check()
        #expect(conversation.snapshot.entries.map(\.isPinned) == [false, true, false, true, false, false])
        try await conversation.edit(ids[2]) { entry in
            entry.content = .message(.assistant("better"))
            entry.metadata["edited"] = true
        }
        try await check()
        try await conversation.remove(ids[1])
        try await check()
        let snapshot = conversation.snapshot
        #expect(snapshot.messages.map(\.text) == ["s", "better", "q1", "a1"])
        #expect(snapshot.turns.map(\.entries) == [1..<2, 2..<4])
        #expect(snapshot.title == "title" && snapshot.owner?.user == "u" && snapshot.metadata == ["colour": "blue"])
        #expect(snapshot.entries.last?.action == HistoryAction(name: "pressed", payload: ["x": 1.5]))
        #expect(!fileText.contains(#""q0""#) && !fileText.contains(#""a0""#))
    }

    @Test func whatIsNotThereCannotBeChanged() async throws {
        let conversation = try await open()
        try await Self.talk(conversation, 0..<1)
        let before = conversation.snapshot
        let id = try #require(before.entries.first?.id)
        func code(_ body: () async throws -> Void) async -> SnapshotError.Code? {
            await #expect(throws: SnapshotError.self) { try await body() }?.code
        }
        #expect(await code { try await conversation.pin(id, "none") } == .notFound)
        #expect(await code { try await conversation.unpin("none") } == .notFound)
        #expect(await code { try await conversation.edit("none") { _ in } } == .notFound)
        #expect(await code { try await conversation.remove("none") } == .notFound)
        #expect(await code { _ = try await conversation.fork(into: RecordingStore(), after: "none") } == .notFound)
        let error = await #expect(throws: ConversationError.self) { try await conversation.rewind(toBefore: "none") }
        #expect(error?.code == .turnNotFound)
        #expect(conversation.snapshot == before)
    }

    @Test func aChangeThatCannotBeStoredIsNotMade() async throws {
        let conversation = try await open()
        let id = try await conversation.append(.user("question"))
        let before = conversation.snapshot
        func code(_ body: () async throws -> Void) async -> SnapshotError.Code? {
            await #expect(throws: SnapshotError.self) { try await body() }?.code
        }
        #expect(await code { try await conversation.updateMetadata { $0["deep"] = .nested(600) } } == .tooDeep)
        #expect(await code { try await conversation.addAction("deep", payload: .nested(600)) } == .tooDeep)
        #expect(await code { try await conversation.edit(id) { $0.metadata["deep"] = .nested(600) } } == .tooDeep)
        let deep = ChatMessage(role: .user, content: [.other(.nested(600))])
        #expect(await code { try await conversation.append(deep) } == .tooDeep)
        #expect(
            await code { try await conversation.turn(deep) { _ in _ = Issue.record("The loop must not run.") } }
                == .tooDeep
        )
        #expect(conversation.snapshot == before)
        try await conversation.setTitle("still saved")
        #expect(try await stored()?.title == "still saved")
    }

    @Test func aRewindKeepsWhatItTakesOut() async throws {
        let conversation = try await open()
        try await Self.talk(conversation, 0..<4)
        let before = conversation.snapshot
        try await conversation.rewind(toBefore: before.turns[2].id)
        #expect(conversation.messages.map(\.text) == ["q0", "a0", "q1", "a1"])
        try await conversation.rewind(toBefore: before.turns[1].id)
        try await Self.talk(conversation, 7..<8)
        let restored = try await open()
        #expect(restored.snapshot == conversation.snapshot)
        #expect(restored.messages.map(\.text) == ["q0", "a0", "q7", "a7"])
        let rewound = Array(restored.snapshot.rewound)
        #expect(rewound.map { $0.entries.compactMap(\.message?.text) } == [["q2", "a2", "q3", "a3"], ["q1", "a1"]])
        #expect(rewound.map(\.position) == [4, 2])
        #expect(rewound[0].turns == Array(before.turns[2...]))
        #expect(rewound[0].entries.map(\.id) == before.entries[4...].map(\.id))
    }

    @Test func aRewindToTheBeginning() async throws {
        let conversation = try await open()
        try await Self.talk(conversation, 0..<2)
        try await conversation.rewind(toBefore: conversation.snapshot.turns[0].id)
        #expect(conversation.messages.isEmpty && conversation.snapshot.turns.isEmpty)
        try await Self.talk(conversation, 2..<3)
        #expect(try await open().messages.map(\.text) == ["q2", "a2"])
    }

    @Test func whatWasRewoundCanBeForgotten() async throws {
        let conversation = try await open()
        try await conversation.turn("kept") { _ in }
        try await conversation.turn("a secret") { try await $0.append(.assistant("another secret")) }
        try await conversation.rewind(toBefore: conversation.snapshot.turns[1].id)
        #expect(fileText.contains("another secret"))
        try await conversation.removeRewound()
        #expect(!fileText.contains("secret"))
        #expect(try await stored() == conversation.snapshot)
        #expect(directory.names().allSatisfy { $0 == "chat.json" || $0.hasSuffix("lock") })
    }

    @Test func aForkAndItsOriginGoTheirOwnWays() async throws {
        let conversation = try await open()
        try await conversation.setTitle("title")
        try await Self.talk(conversation, 0..<3)
        let path = directory.path("fork.json")
        let entry = conversation.snapshot.entries[3]
        let fork = try await conversation.fork(into: JSONFileHistoryStore(path: path), after: entry.id)
        #expect(fork.messages.map(\.text) == ["q0", "a0", "q1", "a1"])
        #expect(fork.id != conversation.id && fork.title == "title")
        #expect(fork.snapshot.origin == ForkOrigin(conversation: conversation.id, entry: entry.id))
        #expect(fork.snapshot.turns == conversation.snapshot.turns.prefix(2))
        try await Self.talk(fork, 10..<11)
        try await fork.remove(entry.id)
        try await Self.talk(conversation, 20..<21)
        #expect(try await open().messages.map(\.text) == ["q0", "a0", "q1", "a1", "q2", "a2", "q20", "a20"])
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        #expect(restored.messages.map(\.text) == ["q0", "a0", "q1", "q10", "a10"])
        #expect(restored.snapshot == fork.snapshot)
    }

    @Test func aForkOfARunningTurnLeavesItOut() async throws {
        let conversation = try await open()
        try await Self.talk(conversation, 0..<1)
        try await conversation.turn("running") { turn in
            try turn.stream("partial")
            let last = try #require(conversation.snapshot.entries.last?.id)
            for after in [nil, last] {
                let fork = try await conversation.fork(into: RecordingStore(), after: after)
                #expect(fork.messages.map(\.text) == ["q0", "a0"])
                #expect(fork.snapshot.openTurn == nil && !fork.isInTurn)
                try await fork.turn("other") { _ in }
            }
        }
    }

    @Test func aForkOfNothing() async throws {
        let conversation = try await open()
        let fork = try await conversation.fork(into: RecordingStore())
        #expect(fork.messages.isEmpty)
        #expect(fork.snapshot.origin == ForkOrigin(conversation: conversation.id, entry: nil))
    }

    @Test func aForkIntoAnOccupiedStoreIsRefused() async throws {
        let conversation = try await open()
        try await Self.talk(conversation, 0..<1)
        let path = directory.path("other.json")
        let other = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        try await other.turn("mine") { _ in }
        let error = await #expect(throws: ConversationError.self) {
            _ = try await conversation.fork(into: JSONFileHistoryStore(path: path))
        }
        #expect(error?.code == .storeInUse)
        #expect(try await JSONFileHistoryStore(path: path).load() == other.snapshot)
    }

    @Test func aSnapshotWithoutAnIDIsGivenOne() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(
            ConversationSnapshot<ChatMessage>(messages: [.user("question")]),
            savingTo: store
        )
        #expect(!conversation.id.rawValue.isEmpty)
        #expect(store.saved.last?.id == conversation.id)
    }

    @Test func aTurnUnderWayInASnapshotIsInterrupted() async throws {
        let running = try await Conversation(restoring: RecordingStore())
        try await running.turn("question") { _ in
            let copy = try await Conversation(running.snapshot, savingTo: RecordingStore())
            #expect(copy.snapshot.turns.map(\.outcome) == [.interrupted])
            try await copy.turn("next") { _ in }
            #expect(copy.snapshot.turns.map(\.entries) == [0..<1, 1..<2])
        }
    }

    @Test func restoringWritesNothingAndKeepsTheID() async throws {
        let conversation = try await open()
        #expect(directory.read("chat.json") == nil)
        try await Self.talk(conversation, 0..<1)
        let bytes = directory.read("chat.json")
        let restored = try await open()
        #expect(restored.id == conversation.id)
        #expect(directory.read("chat.json") == bytes)
    }
}
