import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// Conversations that share a store instance are told apart as those of two processes are.
@Suite("Two conversations on one store instance")
struct ConversationWritersTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A store of each kind that can refuse a save; the library behind it is the caller's to keep.
    enum Kind: CaseIterable {
        case file, directory, inMemoryLibrary
    }

    private func store(_ kind: Kind, in directory: TemporaryDirectory) -> any HistoryStore<ChatMessage> {
        switch kind {
        case .file: JSONFileHistoryStore(path: directory.path("chat.json"))
        case .directory: DirectoryConversationLibrary(path: directory.path("library")).store(for: "c")
        case .inMemoryLibrary: InMemoryConversationLibrary().store(for: "c")
        }
    }

    private func texts(_ store: any HistoryStore<ChatMessage>) async throws -> [String] {
        try await store.load()?.messages.map(\.text) ?? []
    }

    private func restored(_ store: some HistoryStore<ChatMessage>) async throws -> Conversation<ChatMessage> {
        try await Conversation(restoring: store)
    }

    private func say(_ text: String, in conversation: Conversation<ChatMessage>) async throws {
        try await conversation.turn(text) { turn in try await turn.append(.assistant("Re: \(text)")) }
    }

    private func expectConflict(_ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation)
        async
    {
        do {
            try await body()
            Issue.record("The save was not refused.", sourceLocation: sourceLocation)
        } catch {
            #expect((error as? HistoryStoreError)?.code == .conflict, sourceLocation: sourceLocation)
        }
    }

    @Test("The second to save is refused, and nothing of the first is lost", arguments: Kind.allCases, [false, true])
    func secondIsRefused(kind: Kind, isStored: Bool) async throws {
        let directory = TemporaryDirectory()
        let store = store(kind, in: directory)
        if isStored { try await say("before", in: restored(store)) }
        let (first, second) = (try await restored(store), try await restored(store))
        try await say("mine", in: first)
        await expectConflict { try await say("theirs", in: second) }
        try await say("mine again", in: first)
        let before = isStored ? ["before", "Re: before"] : []
        #expect(try await texts(store) == before + ["mine", "Re: mine", "mine again", "Re: mine again"])
    }

    @Test("Loading to look gives no right to write over", arguments: Kind.allCases)
    func lookGivesNothing(kind: Kind) async throws {
        let directory = TemporaryDirectory()
        let store = store(kind, in: directory)
        try await say("before", in: restored(store))
        let first = try await restored(store)
        let second = try await restored(store)
        try await say("theirs", in: second)
        // A refused fork loads the store that it was to be saved in.
        await #expect(throws: ConversationError.self) { _ = try await first.fork(into: store) }
        _ = try await store.load()
        await expectConflict { try await say("mine", in: first) }
        #expect(try await texts(store) == ["before", "Re: before", "theirs", "Re: theirs"])
    }

    @Test("Loading to look takes nothing away", arguments: Kind.allCases)
    func lookTakesNothing(kind: Kind) async throws {
        let directory = TemporaryDirectory()
        let store = store(kind, in: directory)
        let conversation = try await restored(store)
        try await say("one", in: conversation)
        _ = try await store.load()
        _ = try await restored(store)
        try await say("two", in: conversation)
        #expect(try await texts(store).count == 4)
    }

    @Test("Of many that begin at once, each is saved wholly or refused", arguments: Kind.allCases)
    func manyAtOnce(kind: Kind) async throws {
        let directory = TemporaryDirectory()
        let store = store(kind, in: directory)
        var conversations: [Conversation<ChatMessage>] = []
        for _ in 0..<12 { conversations.append(try await restored(store)) }
        let acknowledged = try await withThrowingTaskGroup(of: String?.self) { group in
            for (number, conversation) in conversations.enumerated() {
                group.addTask {
                    do {
                        try await say("\(number)", in: conversation)
                        return "\(number)"
                    } catch let error as HistoryStoreError where error.code == .conflict { return nil }
                }
            }
            return try await group.reduce(into: [String]()) { texts, text in text.map { texts.append($0) } }
        }
        let stored = try await texts(store)
        #expect(acknowledged.count == 1)
        #expect(stored == acknowledged.flatMap { [$0, "Re: \($0)"] })
    }

    @Test("A change that was refused in memory does not cost the conversation its place")
    func refusedChange() async throws {
        let directory = TemporaryDirectory()
        let conversation = try await restored(JSONFileHistoryStore(path: directory.path("chat.json")))
        for number in 0..<50 {
            try await say("\(number)", in: conversation)
            await #expect(throws: SnapshotError.self) { try await conversation.pin("no such entry") }
            async let saved: Void = conversation.save()
            await #expect(throws: SnapshotError.self) {
                try await conversation.updateMetadata { $0["deep"] = .nested(600) }
            }
            try await saved
        }
        #expect(conversation.messages.count == 100)
    }

    @Test("A snapshot that one instance loaded may be saved by another that has loaded the same state")
    func otherInstance() async throws {
        let directory = TemporaryDirectory()
        func store() -> JSONFileHistoryStore<ChatMessage> { JSONFileHistoryStore(path: directory.path("chat.json")) }
        let (first, second) = (store(), store())
        var snapshot = Snapshot(id: "c")
        try snapshot.append(.user("one"))
        try await first.save(snapshot)
        await expectConflict { try await second.save(snapshot) }
        var loaded = try #require(try await second.load())
        try loaded.append(.user("two"))
        try await second.save(loaded)
        // The first instance has a look at what its snapshot was not made from.
        _ = try await first.load()
        try snapshot.append(.user("would replace"))
        await expectConflict { try await first.save(snapshot) }
        let third = store()
        _ = try await third.load()
        try loaded.append(.user("three"))
        try await third.save(loaded)
        #expect(try await store().load() == loaded)
    }

    @Test("A look that failed lets no conversation bring back what was deleted behind it")
    func lookedAtDamage() async throws {
        let directory = TemporaryDirectory()
        let store = JSONFileHistoryStore(path: directory.path("chat.json"))
        let conversation = try await restored(store)
        try await say("one", in: conversation)
        directory.write("chat.json", Array("{ damaged".utf8))
        await #expect(throws: HistoryStoreError.self) { _ = try await store.load() }
        directory.remove("chat.json")
        await expectConflict { try await conversation.append(.user("two")) }
        #expect(directory.read("chat.json") == nil)
    }

    @Test("A snapshot keeps no store that it was saved in")
    func keepsNoStore() async throws {
        let directory = TemporaryDirectory()
        var snapshot = Snapshot(id: "template")
        try snapshot.append(.system("instructions"))
        weak var tracker: SnapshotTracker?
        do {
            let owner = SnapshotTracker()
            tracker = owner
            owner.beginSave(of: snapshot).didWrite(StoredRevision(lineage: "", mark: "1"))
            let store = JSONFileHistoryStore(path: directory.path("chat.json"))
            try await store.save(snapshot)
        }
        #expect(tracker == nil)
        // Another store at the same place has not seen it.
        await expectConflict { try await JSONFileHistoryStore(path: directory.path("chat.json")).save(snapshot) }
    }

    @Test("A store of a library notices the streamed message that a store of another kind has saved")
    func draftOfAnotherKind() async throws {
        let directory = TemporaryDirectory()
        let library = DirectoryConversationLibrary(path: directory.path("library"))
        let other = JSONFileHistoryStore(path: directory.path("library/conversations/c.json"))
        try await say("one", in: restored(library.store(for: "c")))
        let theirs = try await restored(other)
        try await theirs.turn("two") { turn in
            try turn.stream("half of an")
            try await theirs.save()
            let mine = try await restored(library.store(for: "c"))
            try turn.stream(" answer")
            try await theirs.save()
            await expectConflict { try await mine.append(.user("would replace")) }
        }
        #expect(try await texts(other) == ["one", "Re: one", "two", "half of an answer"])
    }

    @Test("A conversation whose damaged file was moved aside is saved anew")
    func quarantined() async throws {
        let directory = TemporaryDirectory()
        let store = JSONFileHistoryStore(path: directory.path("chat.json"))
        let conversation = try await restored(store)
        try await say("one", in: conversation)
        directory.write("chat.json", Array("{ damaged".utf8))
        await #expect(throws: HistoryStoreError.self) { try await say("two", in: conversation) }
        _ = try await store.quarantine()
        try await conversation.save()
        #expect(try await texts(store).first == "one")
    }
}
