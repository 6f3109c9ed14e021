import Foundation
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What the application gives a conversation to run may read the conversation, however long it takes and whatever else
/// happens meanwhile.
@Suite(.hangGuard)
struct ConversationClosureTests {
    /// Runs a body while pieces of an answer are streamed as fast as they can be.
    private static func whilePiecesStream(
        _ conversation: Conversation<ChatMessage>,
        _ body: (ActiveTurn<ChatMessage>) async throws -> Void
    ) async throws {
        try await conversation.turn("question") { turn in
            try turn.stream("answer")
            let isDone = Toggle()
            let pieces = Self.inBackground {
                var count = 0
                while !isDone.isOn {
                    do { try turn.updateStreaming { $0.text = "answer \(count)" } } catch { break }
                    count += 1
                    // A lock is not fair: without a pause, nobody else would get it for long.
                    Thread.sleep(forTimeInterval: 0.0002)
                }
                return count
            }
            do {
                try await body(turn)
                isDone.isOn = true
            } catch {
                isDone.isOn = true
                _ = await pieces.value
                throw error
            }
            #expect(await pieces.value > 0)
        }
    }

    /// Runs a body on a thread of its own, so that it keeps nobody from running.
    private static func inBackground<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Task<Value, Never> {
        Task {
            await withCheckedContinuation { continuation in
                Thread { continuation.resume(returning: body()) }.start()
            }
        }
    }

    private static func readSlowly(_ conversation: Conversation<ChatMessage>) {
        _ = conversation.snapshot
        Thread.sleep(forTimeInterval: 0.003)
        _ = (conversation.messages.count, conversation.context.messages.count, conversation.isInTurn)
    }

    @Test func aSlowEditReadsTheConversationWhilePiecesStream() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let first = try await conversation.append(.system("instructions"))
        try await Self.whilePiecesStream(conversation) { _ in
            for number in 1...5 {
                var runs = 0
                try await conversation.edit(first) { entry in
                    runs += 1
                    Self.readSlowly(conversation)
                    entry.content = .message(.system("instructions \(number)"))
                }
                // However much else is changed: nobody else changes this entry.
                #expect(1...3 ~= runs)
                #expect(conversation.messages.first?.text == "instructions \(number)")
            }
        }
    }

    @Test func aSlowChangeOfTheMetadataReadsTheConversationWhilePiecesStream() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await Self.whilePiecesStream(conversation) { _ in
            for number in 1...5 {
                var runs = 0
                try await conversation.updateMetadata { metadata in
                    runs += 1
                    Self.readSlowly(conversation)
                    metadata["number"] = .number(JSONNumber(number))
                }
                #expect(1...3 ~= runs)
            }
        }
        #expect(conversation.snapshot.metadata == ["number": 5])
    }

    @Test func aSlowPieceReadsTheConversationWhileEverythingElseChanges() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            let isDone = Toggle()
            let changes = Task {
                var count = 0
                while !isDone.isOn {
                    try await conversation.setTitle("\(count)")
                    count += 1
                }
                return count
            }
            try turn.stream("answer")
            await eventually { conversation.title != nil }
            for number in 1...5 {
                var runs = 0
                try turn.updateStreaming { message in
                    runs += 1
                    Self.readSlowly(conversation)
                    message.text += " \(number)"
                }
                #expect(1...3 ~= runs)
            }
            isDone.isOn = true
            #expect(try await changes.value > 0)
        }
        #expect(conversation.messages.last?.text == "answer 1 2 3 4 5")
    }

    /// The entry that is edited is the one that is streamed: what the edit leaves alone goes on growing meanwhile.
    @Test func aSlowEditOfTheStreamedEntryLosesNoPiece() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            let id = try turn.beginStreaming(.assistant(""))
            let isDone = Toggle()
            let pieces = Self.inBackground {
                var count = 0
                while !isDone.isOn {
                    do { try turn.updateStreaming { $0.text += "." } } catch { break }
                    count += 1
                    Thread.sleep(forTimeInterval: 0.0001)
                }
                return count
            }
            for number in 1...3 {
                try await conversation.edit(id) { entry in
                    Self.readSlowly(conversation)
                    entry.metadata["number"] = .number(JSONNumber(number))
                    entry.sender = "agent"
                }
            }
            isDone.isOn = true
            let count = await pieces.value
            let entry = try #require(conversation.snapshot.entries.last)
            #expect(entry.metadata == ["number": 3] && entry.sender == "agent")
            #expect(entry.message?.text == String(repeating: ".", count: count))
        }
    }

    @Test func anEditThatNeverGetsItsTurnEndsWithAnError() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            let id = try turn.beginStreaming(.assistant("0"))
            var runs = 0
            let error = await #expect(throws: ConversationError.self) {
                // The closure changes the very message that it is to change.
                try await conversation.edit(id) { entry in
                    runs += 1
                    #expect(throws: Never.self) { try turn.updateStreaming { $0.text = "\(runs)" } }
                    entry.content = .message(.assistant("edited"))
                }
            }
            #expect(error?.code == .keepsChanging)
            #expect(conversation.messages.last?.text == "\(runs)")
            #expect(runs > 1)
        }
    }

    @Test func manyChangesOfTheSameMetadataAllCount() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let id = try await conversation.append(.user("counted"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        try await conversation.updateMetadata { metadata in
                            if task == 0 { Self.readSlowly(conversation) }
                            metadata["count"] = .number(JSONNumber((metadata["count"]?.intValue ?? 0) + 1))
                        }
                        try await conversation.edit(id) { entry in
                            entry.metadata["count"] = .number(JSONNumber((entry.metadata["count"]?.intValue ?? 0) + 1))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(conversation.snapshot.metadata["count"] == 200)
        #expect(conversation.snapshot.entries.first?.metadata["count"] == 200)
    }

    // MARK: - Messages that read the conversation

    /// Runs a closure whenever something of a message is asked for.
    private final class Watcher: Sendable {
        private let closure = Locked<(@Sendable () -> Void)?>(nil)
        private let visits = Locked(0)

        var visitCount: Int { visits.value }

        func watch(_ body: @escaping @Sendable () -> Void) { closure.value = body }

        func visit() {
            visits.withLock { $0 += 1 }
            closure.value?()
        }
    }

    /// A message of which every member, its coding and its comparison read the conversation.
    private final class Nosy: HistoryMessage {
        let text: String
        let watcher: Watcher?

        init(_ text: String, _ watcher: Watcher?) {
            self.text = text
            self.watcher = watcher
        }

        deinit { watcher?.visit() }

        static let formatName = "example.nosy"

        var role: MessageRole {
            watcher?.visit()
            return .user
        }

        var searchableText: String {
            watcher?.visit()
            return text
        }

        var toolCallIDs: [String] {
            watcher?.visit()
            return []
        }

        func withoutEmptyParts() -> Self? {
            watcher?.visit()
            return self
        }

        static func == (lhs: Nosy, rhs: Nosy) -> Bool {
            lhs.watcher?.visit()
            return lhs.text == rhs.text
        }

        init(from decoder: any Decoder) throws {
            text = try decoder.singleValueContainer().decode(String.self)
            watcher = nil
        }

        func encode(to encoder: any Encoder) throws {
            watcher?.visit()
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }

    @Test func aMessageMayReadTheConversationWheneverItIsAskedForSomething() async throws {
        let directory = TemporaryDirectory()
        let watcher = Watcher()
        let conversation = try await Conversation(
            restoring: JSONFileHistoryStore<Nosy>(path: directory.path("chat.json"), durability: .processCrash),
            policy: ConversationPolicy(abort: .rollBack),
            context: ContextPolicy(
                maximumTokens: 3,
                summarize: { _ in
                    watcher.visit()
                    return Nosy("summary", watcher)
                },
                countTokens: { _ in
                    watcher.visit()
                    return 1
                }
            )
        )
        watcher.watch { [weak conversation] in
            _ = conversation?.snapshot.entries.count
            _ = conversation?.isInTurn
        }
        func message(_ text: String) -> Nosy { Nosy(text, watcher) }
        let updates = conversation.updates
        let observer = Task { for await snapshot in updates { _ = snapshot.messages.last?.role } }
        let first = try await conversation.append(message("first"))
        try await conversation.addAction("pressed")
        for number in 0..<4 {
            try await conversation.turn(message("question \(number)")) { turn in
                _ = turn.messages
                try turn.beginStreaming(message("a"))
                try turn.updateStreaming { $0 = message("ab") }
                try await turn.finishStreaming()
                try turn.beginStreaming(message("c"))
                try await turn.append(message("d"))
            }
        }
        try? await conversation.turn(message("failed")) { turn in
            try turn.beginStreaming(message("half"))
            throw LoopError()
        }
        try await conversation.pin(first)
        try await conversation.edit(first) { $0.content = .message(message("edited")) }
        let summarized = try #require(conversation.snapshot.entries.first { $0.summary != nil }?.summary?.through)
        try await conversation.remove(summarized)
        _ = try await conversation.fork(into: InMemoryHistoryStore())
        try await conversation.rewind(toBefore: try #require(conversation.snapshot.turns.last?.id))
        try await conversation.clear()
        try await conversation.removeRewound()
        #expect(watcher.visitCount > 100)
        observer.cancel()
        await observer.value
    }

    @Test func anInMemoryLibraryAsksNothingOfAMessageUnderItsLock() async throws {
        let library = InMemoryConversationLibrary<Nosy>()
        let watcher = Watcher()
        let conversation = try await Conversation(restoring: library.store(for: "a"))
        try await conversation.append(Nosy("words", watcher))
        let visits = Locked(0)
        watcher.watch {
            // Everything that a library is asked for needs this lock.
            let count = try? library.shared.withContents { contents in contents.records.count }
            visits.withLock { $0 += count ?? 0 }
        }
        try await conversation.append(Nosy("more words", watcher))
        try await library.append([HistoryEntry<Nosy>(.message(Nosy("appended", watcher)))], to: "a")
        _ = try await library.search(SearchRequest("words"))
        _ = try await library.entries(of: "a", EntryRequest())
        #expect(visits.value > 0)
        watcher.watch {}
    }

    // MARK: - Observers

    /// An executor that runs what it is given at once, on the thread that gives it.
    private final class InlineExecutor: SerialExecutor {
        func enqueue(_ job: consuming ExecutorJob) { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private actor InlineObserver {
        private let executor = InlineExecutor()
        private(set) var titles: [String?] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func observe(_ conversation: Conversation<ChatMessage>, _ isReady: Toggle) async {
            let updates = conversation.updates
            isReady.isOn = true
            for await snapshot in updates {
                titles.append(snapshot.title)
                _ = conversation.messages.count
                if snapshot.title == "last" { return }
            }
        }
    }

    @Test func anObserverThatRunsAtOnceMayReadTheConversation() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let observer = InlineObserver()
        let isReady = Toggle()
        let task = Task { await observer.observe(conversation, isReady) }
        await eventually { isReady.isOn }
        for title in ["one", "two", "last"] { try await conversation.setTitle(title) }
        await task.value
        #expect(await observer.titles.last == "last")
    }

    @Test func observersNeverGetAnOlderSnapshotAfterANewerOne() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let updates = conversation.updates
        let observer = Task {
            var last = 0
            var isOrdered = true
            for await snapshot in updates {
                isOrdered = isOrdered && snapshot.entries.count >= last
                last = snapshot.entries.count
                if last == 800 { break }
            }
            return isOrdered
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<100 { _ = try? await conversation.addAction("pressed") } }
            }
        }
        #expect(await observer.value)
    }
}
