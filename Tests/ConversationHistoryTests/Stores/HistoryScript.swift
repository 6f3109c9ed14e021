import TestSupport

@testable import ConversationHistory

/// Makes conversations that go on step by step and look random, and are the same in every run.
struct HistoryScript {
    /// What a step may do to a history that is stored already.
    enum Freedom {
        /// Only what a save can append.
        case appends
        /// Anything.
        case everything
    }

    private(set) var snapshot: ConversationSnapshot<ChatMessage>
    private var random: TestSupport.SeededGenerator
    private var made = 0

    init(seed: UInt64) {
        random = TestSupport.SeededGenerator(seed: seed)
        snapshot = ConversationSnapshot(id: ConversationID("conversation-\(seed)"), created: nil)
    }

    /// Takes a step and returns the snapshot after it.
    @discardableResult
    mutating func step(_ freedom: Freedom = .everything) throws -> ConversationSnapshot<ChatMessage> {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: for _ in 0..<Int.random(in: 1...3, using: &random) { try appendEntry() }
        case 8..<11: try beginTurn()
        case 11..<14: try goOn()
        case 14..<16: endTurn()
        case 16: snapshot.title = Self.texts.randomElement(using: &random)
        case 17: snapshot.metadata["step"] = .string(text(upTo: 700))
        case 18 where freedom == .everything:
            if let id = snapshot.entries.randomElement(using: &random)?.id {
                try snapshot.setPinned(Bool.random(using: &random), id)
            }
        case 19 where freedom == .everything:
            snapshot.rewind(to: snapshot.entries.count - Int.random(in: 0...2, using: &random), date: nil)
        default: try appendEntry()
        }
        made += 1
        snapshot.metadata["made"] = .number(JSONNumber(made))
        return snapshot
    }

    /// Appends an entry of any kind; a message under way is ended first, so that the lines before stay as they are.
    mutating func appendEntry() throws {
        finishDraft()
        try snapshot.append(entry())
    }

    private mutating func beginTurn() throws {
        if snapshot.openTurn != nil { endTurn() }
        let start = snapshot.entries.count
        try snapshot.append(HistoryEntry(.message(.user(text(upTo: 200))), id: nextID(), date: nil))
        try appendDraft()
        snapshot.openTurn = Turn(id: TurnID("turn-\(made)"), entries: start..<snapshot.entries.count)
    }

    private mutating func appendDraft() throws {
        let draft = ChatMessage.assistant(text(upTo: 900))
        try snapshot.append(HistoryEntry(.message(draft), id: nextID(), date: nil, isIncomplete: true))
    }

    /// Lengthens the message under way, or begins one if a turn is open.
    private mutating func goOn() throws {
        guard snapshot.openTurn != nil else { return try appendEntry() }
        if snapshot.hasDraft, let last = snapshot.entries.last {
            let more = text(upTo: 300)
            try snapshot.update(last.id) { entry in
                if case .message(var message) = entry.content {
                    message.text += more
                    entry.content = .message(message)
                }
            }
        } else {
            try appendDraft()
        }
    }

    private mutating func finishDraft() {
        guard snapshot.hasDraft, var last = snapshot.entries.last else { return }
        last.isIncomplete = false
        snapshot.replaceUnchecked(at: snapshot.entries.count - 1, with: last)
    }

    private mutating func endTurn() {
        guard var turn = snapshot.openTurn else { return }
        // Now and then a message stays cut off.
        if Bool.random(using: &random) { finishDraft() }
        turn.entries = turn.entries.lowerBound..<snapshot.entries.count
        turn.outcome = [.completed, .failed, .cancelled].randomElement(using: &random)
        turn.usage = Usage(inputTokens: made, outputTokens: 2, details: ["cached": 1.5])
        snapshot.turns.append(turn)
        snapshot.openTurn = nil
    }

    private mutating func nextID() -> EntryID {
        EntryID("e\(snapshot.entries.count)-\(UInt32.random(in: 0...(.max), using: &random))")
    }

    private mutating func entry() throws -> HistoryEntry<ChatMessage> {
        let content: HistoryEntry<ChatMessage>.Content
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            content = .action(HistoryAction(name: text(upTo: 10), payload: ["n": 1e300, "t": .string(text(upTo: 50))]))
        case 1: content = .summary(HistorySummary(message: .assistant(text(upTo: 200)), through: "e0"))
        case 2: content = .other(["later": ["kind": .string(text(upTo: 40))], "list": [1, [], JSONValue.null]])
        default: content = .message(message())
        }
        var entry = HistoryEntry(content, id: nextID(), date: nil, isPinned: Bool.random(using: &random))
        if Bool.random(using: &random) { entry.sender = text(upTo: 12) }
        if Bool.random(using: &random) { entry.metadata = ["m": .string(text(upTo: 20))] }
        if case .other = content {} else { entry.additionalFields = ["later": [true]] }
        return entry
    }

    private mutating func message() -> ChatMessage {
        let call = ToolCall(id: text(upTo: 8), name: "f", arguments: ["b": 1, "a": [9_007_199_254_740_993, 1.0]])
        let result = ToolResult(callID: call.id, content: [.text(text(upTo: 300)), .other(["type": "new", "x": 1])])
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return ChatMessage(role: .assistant, content: [.text(text(upTo: 100)), .toolCall(call)])
        case 1: return ChatMessage(role: .tool, content: [.toolResult(result)])
        case 2:
            let reasoning = ReasoningBlock(text(upTo: 99), signature: text(upTo: 30), additionalFields: ["f": 1])
            return ChatMessage(
                role: .assistant,
                content: [.reasoning(reasoning), .redactedReasoning(RedactedReasoningBlock(data: text(upTo: 64)))]
            )
        case 3:
            let sources: [MediaSource] = [
                .base64(mediaType: "image/png", data: "AAAA"), .url(text(upTo: 30)), .file(id: "f"), .other(["x": []]),
            ]
            return ChatMessage(
                role: .user,
                content: sources.map { .image(MediaBlock($0)) } + sources.map { .document(MediaBlock($0, name: "n")) }
            )
        case 4: return ChatMessage(role: "later", content: [], additionalFields: ["more": .string(text(upTo: 40))])
        default: return .user(text(upTo: 3000))
        }
    }

    private static let texts = [
        "", "a", "\"]},{\n],\"state\":{", "\u{0}\u{1f}", "e\u{301}\u{e9}", "\u{2028}\u{85}\r\n", "👩‍👩‍👧 漢字", "\\u0000\\",
        "],\"state\":{\"revision\":9,\"count\":0,\"checksum\":\"00000000\"}}",
    ]

    private mutating func text(upTo count: Int) -> String {
        var text = Self.texts.randomElement(using: &random) ?? ""
        let wanted = Int.random(in: 0...count, using: &random)
        while text.utf8.count < wanted { text += Self.texts.randomElement(using: &random) ?? "" + "xyz" }
        return text
    }
}
