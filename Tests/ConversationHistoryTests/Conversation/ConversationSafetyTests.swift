import ConversationHistory
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What must not happen however the conversation is used.
@Suite struct ConversationSafetyTests {
    private let directory = TemporaryDirectory()

    private var path: String { directory.path("chat.json") }

    @Test func aNewConversationDoesNotTakeTheStoreOfAnother() async throws {
        let store = JSONFileHistoryStore(path: path)
        let conversation = try await Conversation(restoring: store)
        let first = try await conversation.append(.user("first"))
        try await conversation.append(.user("second"))
        let inUse = { (error: any Error) in (error as? ConversationError)?.code == .storeInUse }
        await #expect(
            performing: {
                _ = try await Conversation(ConversationSnapshot<ChatMessage>(), savingTo: store)
            },
            throws: inUse
        )
        await #expect(performing: { _ = try await conversation.fork(into: store, after: first) }, throws: inUse)
        #expect(try await JSONFileHistoryStore(path: path).load() == conversation.snapshot)
    }

    @Test func anEntryThatTheStoreCannotTakeIsRefusedAtOnce() async throws {
        let store = JSONFileHistoryStore(path: path, limits: HistoryLimits(entryBytes: 1_000))
        let conversation = try await Conversation(restoring: store)
        await #expect(throws: SnapshotError.self) {
            try await conversation.append(.user(String(repeating: "x", count: 1_000)))
        }
        try await conversation.append(.user("short"))
        #expect(try await JSONFileHistoryStore(path: path).load()?.messages.map(\.text) == ["short"])
    }

    @Test func aServersNumbersDoNotOverflow() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("?") { turn in
            try turn.addUsage(Usage(inputTokens: .max, outputTokens: 1))
            try turn.addUsage(Usage(inputTokens: 1, outputTokens: .min))
        }
        #expect(conversation.snapshot.turns.last?.usage == Usage(inputTokens: .max, outputTokens: .min + 1))
    }

    @Test func checkpointsDoNotPileUp() async throws {
        let store = RecordingStore()
        let policy = ConversationPolicy(checkpointInterval: .zero)
        let conversation = try await Conversation(restoring: store, policy: policy)
        try await conversation.turn("?") { turn in
            store.hold()
            for piece in 0..<50 { try turn.stream("\(piece) ") }
            await eventually { store.attempts == 2 }
            for piece in 50..<100 { try turn.stream("\(piece) ") }
            store.release()
        }
        // The question, one checkpoint, and the turn.
        #expect(store.attempts == 3)
        #expect(store.saved.last == conversation.snapshot)
    }

    @Test func anEntryKeepsItsIDAndNoOtherGetsIt() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let id = try await conversation.append(.user("a"))
        try await conversation.edit(id) { $0 = HistoryEntry(.message(.user("b")), id: "other") }
        #expect(conversation.snapshot.entries.map(\.id) == [id])
        #expect(conversation.messages.map(\.text) == ["b"])
        await #expect(throws: SnapshotError.self) {
            try await conversation.append(HistoryEntry(.message(.user("c")), id: id))
        }
        #expect(conversation.messages.count == 1)
    }

    @Test func aClosureThatChangesTheConversationEnds() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let id = try await conversation.append(.user("a"))
        try await conversation.turn("?") { turn in
            try turn.stream("answer ")
            var runs = 0
            try await conversation.edit(id) { entry in
                runs += 1
                entry.sender = conversation.title
                if runs < 3 { try? turn.stream("more ") }
            }
            #expect(runs == 3)
        }
        #expect(conversation.messages.last?.text == "answer more more ")
    }

    @Test func whoWatchesLearnsThatTheTurnHasEnded() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        var updates = conversation.updates.makeAsyncIterator()
        try await conversation.turn("?") { turn in try await turn.append(.assistant("!")) }
        let update = try await updates.next()
        #expect(update?.turns.count == 1)
        #expect(!conversation.isInTurn)
    }

    @Test func aPinKeepsWhatOnlyTheFileCanHold() async throws {
        let line = #"{"id":"1","message":{"role":"tool","content":[{"type":"text","text":"half \ud83d pair"}]}}"#
        for history in [line, line.replacing(#""id":"1","#, with: #""id":"1","pinned":true,"#)] {
            let text = """
                {"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history":[\(history)
                ],"state":{"revision":1,"count":1}}
                """
            var snapshot = try ConversationSnapshot<ChatMessage>(decoding: text.utf8)
            let isPinned = snapshot.entries[0].isPinned
            try snapshot.setPinned(!isPinned, "1")
            #expect(snapshot.entries[0].isPinned == !isPinned)
            let stored = String(decoding: try snapshot.encoded(), as: UTF8.self)
            #expect(stored.contains(#"half \ud83d pair"#))
            #expect(stored.contains(#""pinned":true"#) == !isPinned)
            let read = try ConversationSnapshot<ChatMessage>(decoding: stored.utf8)
            #expect(read.entries[0].isPinned == !isPinned)
            try snapshot.setPinned(isPinned, "1")
            let again = try ConversationSnapshot<ChatMessage>(decoding: snapshot.encoded())
            #expect(again.entries[0].isPinned == isPinned)
        }
    }

    @Test func whatCouldNotBeReadBackIsNotWritten() async throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        snapshot.openTurn = Turn(entries: -1..<0)
        #expect(throws: SnapshotError.self) { try snapshot.encoded() }
        snapshot.openTurn = nil
        snapshot.created = .init(timeIntervalSinceReferenceDate: .infinity)
        #expect(throws: SnapshotError.self) { try snapshot.encoded() }
    }
}
