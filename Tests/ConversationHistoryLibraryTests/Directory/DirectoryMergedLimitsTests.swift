import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What two writers have changed, each within the limits, that together is more than a state may hold.
@Suite("A title and metadata that are too large together, in a directory library")
struct DirectoryMergedLimitsTests {
    private let scene = LibraryScene()
    private let large = String(repeating: "x", count: 2_500)
    private var library: DirectoryConversationLibrary<ChatMessage> {
        DirectoryConversationLibrary(path: scene.path, limits: HistoryLimits(entryBytes: 4_000))
    }

    /// Whoever comes second is refused, and what is stored can be read and gone on with.
    @Test("The second one is told that the first has written", arguments: [true, false])
    func merged(_ isTitleFirst: Bool) async throws {
        try await scene.add("a", "one")
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        if isTitleFirst {
            try await library.rename("a", to: large)
            snapshot.metadata = ["m": .string(large)]
        } else {
            try await library.setMetadata(["m": .string(large)], of: "a")
            snapshot.title = large
        }
        let refused = snapshot
        let error = await failure { () throws(HistoryStoreError) in try await store.save(refused) }
        #expect(error?.code == .conflict)
        #expect(try await library.verify().isEmpty)
        let conversation = try await Conversation(restoring: library.store(for: "a"))
        try await conversation.append(.user("two"))
        #expect(try await library.entries(of: "a", EntryRequest()).entries.count == 2)
        // Loaded again, it is gone on with.
        var loaded = try #require(try await store.load())
        try loaded.append(.user("three"))
        try await store.save(loaded)
        #expect(try await library.info(of: "a").messageCount == 3)
        #expect(try await library.verify().isEmpty)
    }

    @Test("What one writer alone makes too large is told to be")
    func alone() async throws {
        try await scene.add("a", "one")
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        (snapshot.title, snapshot.metadata) = (large, ["m": .string(large)])
        let refused = snapshot
        #expect(
            await failure { () throws(HistoryStoreError) in try await store.save(refused) }?.code == .tooLarge
        )
        try await library.rename("a", to: large)
        #expect(
            await failure { () throws(HistoryStoreError) in
                try await library.setMetadata(["m": .string(large)], of: "a")
            }?.code == .tooLarge
        )
        #expect(try await library.verify().isEmpty)
    }
}
