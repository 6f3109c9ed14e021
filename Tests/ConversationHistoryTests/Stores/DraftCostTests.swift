import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

/// What a save costs while a message is streamed and other entries stand behind it.
@Suite("A message under way with entries behind it, in the file")
struct DraftCostTests {
    private struct Scene {
        let file = HistoryFile()
        let calls = FaultySystemCalls()
        let conversation: Conversation<ChatMessage>

        init(messages count: Int) async throws {
            let text = "A message that is as long as a short question is."
            conversation = try await Conversation(
                ConversationSnapshot(messages: (0..<count).map { .user("\($0): \(text)") }),
                savingTo: file.store(calls: calls)
            )
        }

        /// What is written while a body runs.
        func bytes(_ body: () async throws -> Void) async throws -> Int {
            let before = calls.bytesWritten
            try await body()
            return calls.bytesWritten - before
        }

        func expectStored(_ comment: Comment) async throws {
            #expect(try await file.loaded() == conversation.snapshot, comment)
            file.expectSound(comment)
        }
    }

    /// A footer, and the blanks in the place of the one before.
    private static let footerBytes = 1024

    @Test("Each save costs what changed, and so does the end of the message", arguments: [100, 5_000])
    func cost(messageCount: Int) async throws {
        let scene = try await Scene(messages: messageCount)
        let conversation = scene.conversation
        let size = scene.file.content.count
        let behind = String(repeating: "instructions ", count: 300)
        let turn = try await scene.bytes {
            try await conversation.turn("question") { turn in
                try turn.stream("answer")
                try await conversation.save()
                let first = try await scene.bytes { try await conversation.addAction("pressed") }
                #expect(first < 2 * Self.footerBytes)
                try await scene.expectStored("an action came in")
                for number in 1...10 {
                    let cost = try await scene.bytes {
                        try turn.stream(" \(number)")
                        try await conversation.save()
                    }
                    #expect(cost < 2 * Self.footerBytes, "piece \(number)")
                    try await scene.expectStored("piece \(number)")
                }
                let appended = try await scene.bytes { try await conversation.append(.system(behind)) }
                #expect(appended < behind.utf8.count + 2 * Self.footerBytes)
                let next = try await scene.bytes {
                    try turn.stream(" and on")
                    try await conversation.save()
                }
                #expect(next < 2 * Self.footerBytes)
                let finished = try await scene.bytes {
                    try await turn.finishStreaming()
                    try await conversation.save()
                }
                #expect(finished < 2 * Self.footerBytes)
                try await scene.expectStored("the message is complete")
                let second = try await scene.bytes {
                    try turn.beginStreaming(.assistant("another"))
                    try await conversation.addAction("pressed again")
                    try turn.updateStreaming { $0.text += " answer" }
                    try await conversation.save()
                }
                #expect(second < 4 * Self.footerBytes)
                try await scene.expectStored("another message")
            }
        }
        #expect(turn < behind.utf8.count + 40 * Self.footerBytes)
        if messageCount == 5_000 { #expect(turn < size / 4) }
        try await scene.expectStored("the turn has ended")
        #expect(
            conversation.snapshot.entries.suffix(6).map { $0.message?.text ?? $0.action?.name }
                == [
                    "question", "answer 1 2 3 4 5 6 7 8 9 10 and on", "pressed", behind, "another answer",
                    "pressed again",
                ]
        )
        // What was appended out of its order is put into it when the file is written anew.
        try await conversation.pin(try #require(conversation.snapshot.entries.first?.id))
        try await scene.expectStored("it was replaced")
        #expect(!String(decoding: scene.file.content, as: UTF8.self).contains(#"{"position":"#))
    }

    @Test("A turn that was interrupted there is restored in its order, and goes on from there")
    func interrupted() async throws {
        let scene = try await Scene(messages: 3)
        let conversation = scene.conversation
        try await conversation.turn("question") { turn in
            try turn.stream("half an")
            try await conversation.addAction("pressed")
            try await conversation.save()
            let stored = scene.file.content
            let other = HistoryFile()
            other.put(stored)
            let restored = try await Conversation(restoring: other.store())
            #expect(restored.snapshot.turns.map(\.outcome) == [.interrupted])
            #expect(restored.snapshot.entries.map(\.id) == conversation.snapshot.entries.map(\.id))
            #expect(restored.snapshot.entries.map(\.isIncomplete) == [false, false, false, false, true, false])
            try await restored.turn("again") { try $0.stream("whole") }
            #expect(try await other.loaded() == restored.snapshot)
            other.expectSound("restored")
            // Nothing but what changed was written.
            let footer = try #require(stored.indices.first { stored[$0...].starts(with: "\n],\"state\"".utf8) })
            #expect(other.content.starts(with: stored[..<footer]))
        }
    }

    @Test("What was begun first can be removed, and what stands behind it too")
    func removed() async throws {
        let scene = try await Scene(messages: 3)
        let conversation = scene.conversation
        try await conversation.turn("question") { turn in
            let draft = try turn.beginStreaming(.assistant("draft"))
            let behind = try await conversation.addAction("behind")
            try await conversation.addAction("last")
            try await conversation.remove(behind)
            try await scene.expectStored("what stood behind")
            let cost = try await scene.bytes { try await conversation.remove(draft) }
            #expect(cost < 2 * Self.footerBytes)
            try await scene.expectStored("what was streamed")
            try turn.stream("next")
            try await conversation.addAction("pressed")
            try await scene.expectStored("and on")
        }
        try await scene.expectStored("the turn has ended")
    }

    @Test("The end of the message, torn anywhere, is there or it is not")
    func torn() async throws {
        var snapshot = ConversationSnapshot<ChatMessage>(messages: [.user("a"), .user("b")])
        snapshot.openTurn = Turn(id: "t", entries: 2..<3)
        try snapshot.append(HistoryEntry(.message(.assistant("draft")), id: "draft", date: nil, isIncomplete: true))
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "x")), id: "x", date: nil))
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "y")), id: "y", date: nil))
        let file = HistoryFile()
        let store = file.store()
        try await store.save(snapshot)
        let old = file.content
        #expect(try await file.loaded() == snapshot)
        let before = snapshot
        try snapshot.update("draft") { entry in
            entry.isIncomplete = false
            entry.content = .message(.assistant("complete"))
        }
        snapshot.openTurn = nil
        snapshot.turns.append(Turn(id: "t", entries: 2..<5, outcome: .completed))
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "z")), id: "z", date: nil))
        try await store.save(snapshot)
        let new = file.content
        #expect(try await file.loaded() == snapshot)
        let committed = old + new[old.count...]
        for count in old.count...committed.count {
            let bytes = Array(committed[..<count])
            let isWhole = count >= committed.count - 1
            let found = try ConversationSnapshot<ChatMessage>(decoding: bytes)
            #expect(found == (isWhole ? snapshot : before), "byte \(count)")
            #expect(found.messages.map(\.text).count == 3)
        }
    }

    @Test("Very many entries behind it cost a replacement once, and none is out of its order")
    func many() async throws {
        let scene = try await Scene(messages: 3)
        let conversation = scene.conversation
        try await conversation.turn("question") { turn in
            try turn.stream("answer")
            for number in 0..<300 { try await conversation.addAction("\(number)") }
            try await scene.expectStored("many actions")
        }
        try await scene.expectStored("the turn has ended")
        #expect(!String(decoding: scene.file.content, as: UTF8.self).contains(#"{"position":"#))
    }

    @Test("Random conversations with messages under way come back in their order", arguments: 0..<12 as Range<UInt64>)
    func random(seed: UInt64) async throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        let file = HistoryFile()
        let conversation = try await Conversation(restoring: file.store())
        for _ in 0..<4 {
            try await conversation.turn("question") { turn in
                for _ in 0..<12 {
                    switch Int.random(in: 0..<9, using: &random) {
                    case 0...2: try turn.stream("piece ")
                    case 3, 4: try await conversation.addAction("action")
                    case 5: try turn.beginStreaming(.assistant("next "))
                    case 6: try await turn.finishStreaming()
                    case 7:
                        if let id = conversation.snapshot.entries.randomElement(using: &random)?.id {
                            try await conversation.remove(id)
                        }
                    default: try await turn.append(.assistant("whole"))
                    }
                    try await conversation.save()
                    #expect(try await file.loaded() == conversation.snapshot)
                    file.expectSound("seed \(seed)")
                }
            }
            #expect(try await file.loaded() == conversation.snapshot)
        }
    }
}
