import ConversationHistoryTesting
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// Every store says what it takes, and every store around another says what that one takes.
@Suite("The limits of stores")
struct StoreLimitsTests {
    private let directory = TemporaryDirectory()
    private let limits = HistoryLimits(entryBytes: 4_096, documentBytes: 1 << 20)

    private var library: DirectoryConversationLibrary<ChatMessage> {
        DirectoryConversationLibrary(path: directory.path("library"), limits: limits)
    }

    /// A message that the store does not take is refused, and everything else goes on.
    private func expectRefused(
        _ store: some HistoryStore<ChatMessage>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(store.limits == limits, sourceLocation: sourceLocation)
        let conversation = try await Conversation(restoring: store)
        let error = await #expect(throws: SnapshotError.self, sourceLocation: sourceLocation) {
            try await conversation.append(.user(String(repeating: "x", count: 5_000)))
        }
        #expect(error?.code == .tooLarge, sourceLocation: sourceLocation)
        try await conversation.turn("question") { try await $0.append(.assistant("answer")) }
        #expect(
            try await store.load()?.messages.suffix(2).map(\.text) == ["question", "answer"],
            sourceLocation: sourceLocation
        )
    }

    @Test func aFileHasThoseItWasGiven() async throws {
        try await expectRefused(JSONFileHistoryStore(path: directory.path("chat.json"), limits: limits))
    }

    @Test func aDirectoryPassesThemOnToItsStores() async throws {
        try await expectRefused(library.store(for: "a"))
        try await expectRefused(library.scoped(to: Owner(user: "u")).store(for: "b"))
    }

    @Test func storesAroundOthersPassThemOn() async throws {
        let file = JSONFileHistoryStore(path: directory.path("chat.json"), limits: limits)
        try await expectRefused(RecordingHistoryStore(file))
        try await expectRefused(FailingHistoryStore(file, failure: .disconnected))
        try await expectRefused(
            FailingHistoryStore(RecordingHistoryStore(library.store(for: "c")), failure: .disconnected)
        )
        #expect(LibraryStore(of: "d", in: library).limits == limits)
    }

    @Test func aStyleIsOneOfThem() {
        for style in [SnapshotStyle.lines, .pretty, .version1] {
            let store = JSONFileHistoryStore(path: directory.path("chat.json"), style: style, limits: limits)
            #expect(store.limits.style == style)
            #expect(RecordingHistoryStore(store).limits.style == style)
        }
    }

    @Test func storesInMemoryTakeTheDefault() {
        #expect(InMemoryHistoryStore<ChatMessage>().limits == HistoryLimits())
        #expect(InMemoryConversationLibrary().store(for: "a").limits == HistoryLimits())
    }
}

extension HistoryStoreError {
    /// A failure that a test asks for.
    fileprivate static var disconnected: HistoryStoreError {
        HistoryStoreError(.io, operation: "save", location: "nowhere", reason: "The test asks for it.")
    }
}
