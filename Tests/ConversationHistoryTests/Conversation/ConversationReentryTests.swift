import TestSupport
import Testing

@testable import ConversationHistory

/// A closure that is run by a conversation may use it: each run changes something else of it, so that nothing is left to
/// chance.
@Suite(.hangGuard)
struct ConversationReentryTests {
    @Test func anEditMayChangeAnotherEntry() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let first = try await conversation.append(.system("instructions"))
        try await conversation.turn("question") { turn in
            try turn.beginStreaming(.assistant("0"))
            var runs = 0
            try await conversation.edit(first) { entry in
                runs += 1
                #expect(throws: Never.self) { try turn.updateStreaming { $0.text = "\(runs)" } }
                #expect(conversation.messages.last?.text == "\(runs)")
                entry.content = .message(.system("edited"))
            }
            // However much else is changed: nobody else changes this.
            #expect(1...3 ~= runs)
            #expect(conversation.messages.map(\.text) == ["edited", "question", "\(runs)"])
        }
    }

    @Test func aChangeOfTheMetadataMayChangeAnEntry() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            try turn.beginStreaming(.assistant("0"))
            var runs = 0
            try await conversation.updateMetadata { metadata in
                runs += 1
                #expect(throws: Never.self) { try turn.updateStreaming { $0.text = "\(runs)" } }
                #expect(conversation.messages.last?.text == "\(runs)")
                metadata["k"] = 1
            }
            // However much else is changed: nobody else changes this.
            #expect(1...3 ~= runs)
            #expect(conversation.snapshot.metadata == ["k": 1])
            #expect(conversation.messages.last?.text == "\(runs)")
        }
    }

    @Test func aPieceMayChangeTheTurn() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            try turn.beginStreaming(.assistant("0"))
            var runs = 0
            try turn.updateStreaming { message in
                runs += 1
                #expect(throws: Never.self) { try turn.addUsage(Usage(outputTokens: 1)) }
                #expect(conversation.isInTurn)
                message.text = "\(runs)"
            }
            // However much else is changed: nobody else changes this.
            #expect(1...3 ~= runs)
            #expect(conversation.messages.last?.text == "\(runs)")
        }
        #expect(1...3 ~= (conversation.snapshot.turns.last?.usage?.outputTokens ?? 0))
    }

    /// An executor that runs what it is given at once, on the thread that gives it.
    private final class InlineExecutor: TaskExecutor {
        func enqueue(_ job: consuming ExecutorJob) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// The executor of an actor is not asked where to go on with what waits for an update, that of a task is.
    @Test func anObserverThatRunsAtOnceMayReadTheConversation() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let isReady = Toggle()
        let task = Task(executorPreference: InlineExecutor()) {
            var titles: [String?] = []
            var updates = conversation.updates.makeAsyncIterator()
            isReady.isOn = true
            while let snapshot = await updates.next(isolation: nil) {
                titles.append(snapshot.title)
                _ = conversation.messages.count
                if snapshot.title == "last" { break }
            }
            return titles
        }
        await eventually { isReady.isOn }
        for title in ["one", "two", "last"] { try await conversation.setTitle(title) }
        #expect(await task.value.last == "last")
    }
}
