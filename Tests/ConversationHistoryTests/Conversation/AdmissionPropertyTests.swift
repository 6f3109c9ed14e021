import TestSupport
import Testing

@testable import ConversationHistory

/// Whatever sequence of calls a conversation accepts, it can be saved and loaded again.
@Suite("Any sequence of calls, with small limits")
struct AdmissionPropertyTests {
    typealias Scene = AdmissionTests.Scene

    private struct Script {
        var random: TestSupport.SeededGenerator
        let limit: Int

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

        /// Mostly short, often about as long as the limit allows, and sometimes too long.
        mutating func text() -> String {
            let count =
                switch number(0...9) {
                case 0...3: number(0...20)
                case 4...8: limit - number(0...min(limit, 360))
                default: limit + number(0...300)
                }
            return String(repeating: ["x", "\u{1}", "é"][number(0...9) / 4], count: count / [1, 1, 2][number(0...2)])
        }

        mutating func message() -> ChatMessage {
            switch number(0...9) {
            case 0: .system(text())
            case 1: ChatMessage(role: .assistant, content: [.text(text()), .toolCall(ToolCall(id: text(), name: "f"))])
            case 2: .toolResult(callID: "c", text: text())
            default: number(0...1) == 0 ? .user(text()) : .assistant(text())
            }
        }
    }

    /// Makes one of the changes that may be made at any time.
    private func change(_ conversation: Conversation<ChatMessage>, _ script: inout Script) async throws {
        let id = conversation.snapshot.entries.randomElement(using: &script.random)?.id ?? "none"
        let (text, message) = (script.text(), script.message())
        switch script.number(0...15) {
        case 0: try await conversation.setTitle(script.number(0...3) == 0 ? nil : text)
        case 1: try await conversation.setOwner(script.number(0...3) == 0 ? nil : Owner(user: text))
        case 2: try await conversation.updateMetadata { $0["note"] = .string(text) }
        case 3: try await conversation.updateMetadata { $0 = [:] }
        case 4: try await conversation.addAction("a", payload: .string(text))
        case 5: try await conversation.pin(id)
        case 6: try await conversation.unpin(id)
        case 7, 8: try await conversation.edit(id) { $0.content = .message(message) }
        case 9: try await conversation.edit(id) { $0.metadata["m"] = .string(text) }
        case 10: try await conversation.edit(id) { $0.isIncomplete.toggle() }
        case 11: try await conversation.remove(id)
        case 12: try await conversation.append(message, isPinned: true)
        case 13:
            let content = HistoryEntry<ChatMessage>.Content.summary(HistorySummary(message: message, through: id))
            try await conversation.append(HistoryEntry(content, isIncomplete: script.number(0...1) == 0))
        case 14: try await conversation.append(HistoryEntry(.message(message), id: EntryID(text), isIncomplete: true))
        default: try await conversation.append(message)
        }
    }

    /// Makes a change in a turn.
    private func step(_ turn: ActiveTurn<ChatMessage>, _ script: inout Script) async throws {
        let (text, message) = (script.text(), script.message())
        switch script.number(0...6) {
        case 0: try await turn.append(message)
        case 1: try turn.beginStreaming(message)
        case 2: try turn.updateStreaming { $0.text += text }
        case 3: try turn.updateStreaming { $0.text = text }
        case 4: try turn.stream("piece ")
        case 5: try await turn.finishStreaming()
        default:
            try turn.addUsage(Usage(inputTokens: .max, details: [String(text.prefix(3)): .string(text), "n": 0.1]))
        }
    }

    /// Whether an error is one of a refusal: nothing was changed.
    private func isRefusal(_ error: any Error) -> Bool { error is SnapshotError || error is ConversationError }

    private func run(_ scene: Scene, seed: UInt64, limit: Int) async throws {
        let conversation = scene.conversation
        var script = Script(random: TestSupport.SeededGenerator(seed: seed), limit: limit)
        for number in 0..<25 {
            let comment: Comment = "seed \(seed), limit \(limit), step \(number)"
            func attempt(_ body: () async throws -> Void) async throws {
                do { try await body() } catch {
                    #expect(isRefusal(error) || error is LoopError, "\(comment) \(error)")
                }
                try await scene.expectSaved(comment)
            }
            let turn = conversation.snapshot.turns.randomElement(using: &script.random)?.id ?? "none"
            switch script.number(0...9) {
            case 0: try await attempt { try await conversation.rewind(toBefore: turn) }
            case 1: try await attempt { try await conversation.clear() }
            case 2...5:
                let (message, fails) = (script.message(), script.number(0...2) == 0)
                try await attempt {
                    try await conversation.turn(message) { turn in
                        for _ in 0..<script.number(0...8) {
                            try await attempt {
                                if script.number(0...2) == 0 {
                                    try await change(conversation, &script)
                                } else {
                                    try await step(turn, &script)
                                }
                            }
                        }
                        if fails { throw LoopError() }
                    }
                }
            default: try await attempt { try await change(conversation, &script) }
            }
        }
        try await attemptToContinue(scene, limit)
    }

    /// Restores the conversation, and changes what concerns every line of it.
    private func attemptToContinue(_ scene: Scene, _ limit: Int) async throws {
        guard scene.style != .version1 else { return }
        let store = scene.file.store(style: scene.style, limits: scene.limits)
        let restored = try await Conversation(restoring: store)
        try await restored.append(.user("x"))
        if let first = restored.snapshot.entries.first {
            try await restored.setPinned(!first.isPinned, [first.id])
        }
        try await restored.clear()
        #expect(try await scene.file.store(style: scene.style, limits: scene.limits).load() == restored.snapshot)
    }

    @Test(arguments: [SnapshotStyle.lines, .pretty, .version1], [200, 400, 1_000, 4_000])
    func files(style: SnapshotStyle, limit: Int) async throws {
        for seed in 0..<12 as Range<UInt64> {
            let limits = HistoryLimits(entryBytes: limit, documentBytes: 12 * limit)
            let scene = try await Scene(style: style, limits: limits, abort: seed % 2 == 0 ? .keep : .rollBack)
            try await run(scene, seed: seed, limit: limit)
        }
    }
}
