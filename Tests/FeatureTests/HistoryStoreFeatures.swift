import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@Suite("Who knows a history store finds")
struct HistoryStoreFeatures {
    private let home = TemporaryDirectory()

    @Test("that the store of a library is a store: all of the core works on it", arguments: LibraryKind.allCases)
    func libraryStores(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            try await use(library.store(for: "chat"), other: library.store(for: "fork"))
            #expect(try await library.info(of: "chat").title == "Title")
        }
        try await check(kind.open(in: home))
    }

    @Test("the same of a file and of memory")
    func otherStores() async throws {
        try await use(
            JSONFileHistoryStore(path: home.path("chat.json")),
            other: JSONFileHistoryStore(path: home.path("fork.json"))
        )
        try await use(InMemoryHistoryStore(), other: InMemoryHistoryStore())
    }

    /// Does what a conversation can do, and finds it in the store.
    private func use(_ store: some HistoryStore<ChatMessage>, other: some HistoryStore<ChatMessage>) async throws {
        #expect(try await store.load() == nil)
        let conversation = try await Conversation(restoring: store)
        let first = try await conversation.append(.system("Be brief."), isPinned: true)
        for number in 1...3 {
            try await conversation.turn("question \(number)") { turn in
                try turn.stream("answer ")
                try turn.stream("\(number)")
                try await turn.finishStreaming()
                try turn.addUsage(Usage(inputTokens: number, outputTokens: 1))
            }
        }
        try await conversation.setTitle("Title")
        try await conversation.addAction("approved", payload: [1, 2.50])
        let fork = try await conversation.fork(into: other)
        #expect(try await other.load() == fork.snapshot)
        try await conversation.rewind(toBefore: try #require(conversation.snapshot.turns.last).id)
        await #expect(throws: CancellationError.self) {
            try await conversation.turn("question 4") { turn in
                try turn.stream("cut")
                throw CancellationError()
            }
        }
        try await conversation.unpin(first)
        let loaded = try #require(try await store.load())
        #expect(loaded == conversation.snapshot)
        #expect(loaded.turns.map(\.outcome) == [.completed, .completed, .cancelled])
        #expect(loaded.rewound.count == 1 && loaded.entries.last?.isIncomplete == true)
        #expect(fork.messages.count == 7)
    }
}
