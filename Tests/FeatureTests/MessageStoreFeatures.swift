import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@Suite("Who knows a message store finds")
struct MessageStoreFeatures {
    private let home = TemporaryDirectory()

    @Test("in memory by default")
    func inMemory() async throws {
        let library = InMemoryConversationLibrary()
        let info = try await library.create(NewConversation())
        try await library.conversation(info.id).append(.user("hello"))
        #expect(try await library.texts(of: info.id) == ["hello"])
        #expect(try await InMemoryConversationLibrary().list(ListRequest()).conversations.isEmpty)
    }

    @Test("a directory when one is given, created if missing")
    func directoryIsCreated() async throws {
        let path = home.path("some/where/new")
        let library = DirectoryConversationLibrary(path: path)
        #expect(try await library.list().conversations.isEmpty && !home.names().contains("some"))
        _ = try await library.create(NewConversation(id: "first"))
        #expect(home.read("some/where/new/conversations/first.json") != nil)
    }

    @Test("conversations with titles", arguments: LibraryKind.allCases)
    func titles(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let info = try await library.create(NewConversation(title: "New Conversation"))
            #expect(try await library.info(of: info.id).title == "New Conversation")
            try await library.rename(info.id, to: "Renamed")
            #expect(try await library.list(ListRequest(title: "renamed")).conversations.map(\.id) == [info.id])
        }
        try await check(kind.open(in: home))
    }

    @Test("messages", arguments: LibraryKind.allCases)
    func messages(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            try await conversation.append(.user("Hello, world!"))
            try await conversation.append(.assistant("Hello."))
            let page = try await library.entries(of: "chat", EntryRequest())
            #expect(page.entries.compactMap(\.message) == [.user("Hello, world!"), .assistant("Hello.")])
        }
        try await check(kind.open(in: home))
    }

    @Test("actions with a name and a payload", arguments: LibraryKind.allCases)
    func actions(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let payload: JSONValue = ["button_id": "submit", "at": 9_007_199_254_740_993]
            try await library.conversation("chat").addAction("button_click", payload: payload)
            let action = try await library.entries(of: "chat", EntryRequest()).entries.first?.action
            #expect(action == HistoryAction(name: "button_click", payload: payload))
            #expect(try await library.info(of: "chat").messageCount == 0)
        }
        try await check(kind.open(in: home))
    }

    @Test("all saved without being asked, and loaded on start", arguments: LibraryKind.lasting)
    func savedAndLoaded(_ kind: LibraryKind) async throws {
        func say(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            try await conversation.append(.user("one"))
            try await conversation.addAction("two")
            try await conversation.turn("three") { try await $0.append(.assistant("four")) }
        }
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            #expect(conversation.messages.map(\.text) == ["one", "three", "four"])
            #expect(conversation.snapshot.entries[1].action?.name == "two")
        }
        try await say(kind.open(in: home))
        try await check(kind.open(in: home))
    }

    @Test("an explicit save, which costs nothing when all is saved", arguments: LibraryKind.allCases)
    func explicitSave(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            try await conversation.append(.user("one"))
            let before = try await library.info(of: "chat")
            try await conversation.save()
            #expect(try await library.info(of: "chat") == before)
            // Nor does it get in the way of another writer.
            let other = try await library.conversation("chat")
            try await conversation.save()
            try await other.append(.user("two"))
        }
        try await check(kind.open(in: home))
    }

    @Test("a list of ids", arguments: LibraryKind.allCases)
    func ids(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            for id in ["c", "a", "b"] as [ConversationID] { _ = try await library.create(NewConversation(id: id)) }
            var ids: Set<ConversationID> = []
            for try await info in library.conversations(ListRequest(limit: 2)) { ids.insert(info.id) }
            #expect(ids == ["a", "b", "c"])
        }
        try await check(kind.open(in: home))
    }

    @Test("one file a conversation, beside an index that can be lost")
    func files() async throws {
        let library = DirectoryConversationLibrary(path: home.path("data"))
        for id in ["one", "two"] as [ConversationID] { try await library.conversation(id).append(.user("hello")) }
        _ = try await DirectoryConversationLibrary(path: home.path("data")).list()
        #expect(home.read("data/conversations/one.json") != nil && home.read("data/conversations/two.json") != nil)
        #expect(home.read("data/index.json") != nil)
        home.remove("data/index.json")
        #expect(try await DirectoryConversationLibrary(path: home.path("data")).list().conversations.count == 2)
        // The file is a history like any other.
        let store = JSONFileHistoryStore(path: home.path("data/conversations/one.json"))
        #expect(try await store.load()?.messages.map(\.text) == ["hello"])
    }

    @Test("atomic writes: where one fails, what was there is there")
    func atomicWrites() async throws {
        let library = DirectoryConversationLibrary(path: home.path("data"))
        let conversation = try await library.conversation("chat")
        try await conversation.append(.user("kept"))
        let before = try #require(home.read("data/conversations/chat.json"))
        // A lock file that cannot be one keeps every write from being made.
        let lock = "data/conversations/.chat.json.conversation-history.lock"
        home.remove(lock)
        home.makeDirectory(lock)
        await #expect(throws: HistoryStoreError.self) { try await conversation.append(.user("lost?")) }
        #expect(home.read("data/conversations/chat.json") == before)
        // What could not be saved is in memory still, and saved with the next change.
        home.removeDirectory(lock)
        try await conversation.append(.user("and more"))
        #expect(try await library.texts(of: "chat") == ["kept", "lost?", "and more"])
    }

    @Test("custom back ends")
    func customBackEnds() async throws {
        let conversation = try await Conversation(restoring: LastValueStore())
        try await conversation.append(.user("hello"))
        let store = LastValueStore()
        try await store.save(conversation.snapshot)
        #expect(try await Conversation(restoring: store).messages.map(\.text) == ["hello"])
    }
}

/// The smallest store of one's own.
private actor LastValueStore: HistoryStore {
    private var bytes: [UInt8]?

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws { bytes = try snapshot.encoded() }

    func load() async throws -> ConversationSnapshot<ChatMessage>? {
        try bytes.map { bytes in try ConversationSnapshot(decoding: bytes) }
    }
}
