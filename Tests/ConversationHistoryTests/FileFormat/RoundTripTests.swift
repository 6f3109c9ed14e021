import TestSupport
import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("What is written is read as it was")
struct RoundTripTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    @Test("Through bytes, in every style of version 2", arguments: 0..<40 as Range<UInt64>)
    func bytes(seed: UInt64) throws {
        var script = HistoryScript(seed: seed)
        for step in 0..<12 {
            let snapshot = try script.step()
            for style in [SnapshotStyle.lines, .pretty] {
                let bytes = try snapshot.encoded(style: style)
                let read = try Snapshot(decoding: bytes)
                #expect(read == snapshot, "seed \(seed), step \(step)")
                #expect(try read.encoded(style: style) == bytes)
                #expect(throws: Never.self) { try JSONValue(parsing: bytes) }
            }
        }
    }

    @Test("Through a store, save after save, in every style", arguments: 0..<12 as Range<UInt64>)
    func store(seed: UInt64) async throws {
        for style in [SnapshotStyle.lines, .pretty] {
            let file = HistoryFile()
            var store = file.store(style: style)
            var script = HistoryScript(seed: seed)
            for step in 0..<15 {
                let snapshot = try script.step()
                try await store.save(snapshot)
                let found = try #require(try await file.loaded())
                #expect(found == snapshot, "seed \(seed), step \(step)")
                file.expectSound("seed \(seed), step \(step)")
                // Now and then another instance goes on, in whatever style.
                if step % 4 == 3 {
                    store = file.store(style: step % 8 == 3 ? .pretty : .lines)
                    _ = try await store.load()
                }
            }
        }
    }

    @Test("Messages and pins through version 1", arguments: 0..<40 as Range<UInt64>)
    func version1(seed: UInt64) throws {
        var script = HistoryScript(seed: seed)
        for _ in 0..<12 { try script.appendEntry() }
        let roles: [MessageRole] = [.user, .assistant, .tool]
        let entries = script.snapshot.entries.filter { entry in
            entry.message.map { roles.contains($0.role) && $0.content.allSatisfy(Self.isOfVersion1) } ?? false
        }
        let snapshot = try Snapshot(messages: entries.compactMap(\.message), pinned: entries.map(\.isPinned))
        let read = try Snapshot(decoding: try snapshot.encoded(style: .version1))
        #expect(read.messages.map(Self.plain) == snapshot.messages.map(Self.plain))
        #expect(Array(read.pinned) == Array(snapshot.pinned))
        #expect(try read.encoded(style: .version1) == snapshot.encoded(style: .version1))
    }

    private static func isOfVersion1(_ block: ContentBlock) -> Bool {
        if case .toolResult(let result) = block { return result.content.allSatisfy { $0.textValue != nil } }
        return true
    }

    /// A message as version 1 holds it: without names and members of later versions.
    private static func plain(_ message: ChatMessage) -> ChatMessage {
        var message = message
        message.content = message.content.map { block in
            switch block {
            case .reasoning(let block): .reasoning(ReasoningBlock(block.text, signature: block.signature))
            case .document(let block): .document(MediaBlock(block.source))
            default: block
            }
        }
        return message
    }

    @Test("Dates of any precision")
    func dates() throws {
        var random = TestSupport.SeededGenerator(seed: 2)
        var snapshot = Snapshot()
        let fixed = [0, -0.0, 0.1, 1e-9, -62_135_769_600, 252_423_993_599.999, 1e15, -1e15, 5e-300, 694_224_000.123456]
        for seconds in fixed + (0..<500).map({ _ in Double.random(in: -1e11...1e11, using: &random) }) {
            snapshot.updated = Date(timeIntervalSinceReferenceDate: seconds)
            snapshot.created = snapshot.updated
            try snapshot.append(HistoryEntry(.message(.user("x")), date: snapshot.updated))
            #expect(try Snapshot(decoding: try snapshot.encoded()).updated == snapshot.updated, "\(seconds)")
        }
        #expect(try Snapshot(decoding: try snapshot.encoded()) == snapshot)
        #expect(try Snapshot(decoding: try snapshot.encoded(style: .pretty)) == snapshot)
    }

    /// Values that are as deep as may be, or a level deeper.
    private func nested(_ depth: Int) -> JSONValue {
        (0..<depth).reduce(JSONValue.null) { inner, level in level.isMultiple(of: 2) ? [inner] : ["a": inner] }
    }

    @Test("What may enter can be written and read; what cannot is refused when it enters")
    func depth() throws {
        for depth in [510, 511, 512, 513, 514, 600] {
            let value = nested(depth)
            var results = ContentBlock.other(value)
            for level in 0..<16 { results = .toolResult(ToolResult(callID: "c\(level)", content: [results])) }
            let contents: [HistoryEntry<ChatMessage>.Content] = [
                .message(ChatMessage(role: .user, content: [.other(value)])),
                .message(ChatMessage(role: .user, content: [results])),
                .message(
                    ChatMessage(role: .user, content: [.toolCall(ToolCall(id: "c", name: "n", arguments: value))])
                ),
                .message(ChatMessage(role: .user, content: [.image(MediaBlock(.other(value)))])),
                .message(ChatMessage(role: .user, content: [], additionalFields: ["x": value])),
                .action(HistoryAction(name: "n", payload: value)),
                .summary(HistorySummary(message: ChatMessage(role: .user, content: [results]), through: "e")),
                .other(["x": value]),
            ]
            for content in contents {
                var snapshot = Snapshot()
                do {
                    try snapshot.append(HistoryEntry(content, metadata: ["m": value]))
                } catch {
                    #expect(depth > JSONValue.maximumDepth)
                    #expect(error.code == .tooDeep)
                    continue
                }
                #expect(depth <= JSONValue.maximumDepth)
                snapshot.rewind(to: 0)
                try snapshot.append(HistoryEntry(content, metadata: ["m": value]))
                for style in [SnapshotStyle.lines, .pretty] {
                    #expect(try Snapshot(decoding: try snapshot.encoded(style: style)) == snapshot)
                }
            }
            var snapshot = Snapshot()
            var turn = Turn(entries: 0..<0, usage: Usage(details: ["x": value]))
            turn.additionalFields = ["y": value]
            snapshot.openTurn = turn
            snapshot.turns.append(turn)
            snapshot.metadata = ["z": value]
            if let bytes = try? snapshot.encoded() {
                #expect(depth <= JSONValue.maximumDepth)
                #expect(try Snapshot(decoding: bytes) == snapshot)
            } else {
                #expect(depth > JSONValue.maximumDepth)
            }
        }
    }

    /// Every name that the stored form uses anywhere.
    static let names = [
        "id", "date", "message", "pinned", "incomplete", "sender", "metadata", "action", "summary", "turn", "rewound",
        "role", "content", "type", "text", "source", "name", "arguments", "call_id", "is_error", "is_placeholder",
        "signature", "data", "entries", "started", "ended", "outcome", "usage", "position", "turns", "input_tokens",
        "output_tokens", "payload", "through", "revision", "count", "checksum", "title", "owner", "draft", "state",
    ]

    @Test("Additional members under names of the stored form are kept, or refused when they enter", arguments: names)
    func takenNames(name: String) throws {
        for value: JSONValue in [7, "x", true, nil, [], ["a": 1]] {
            let fields: JSONObject = [name: value]
            let blocks: [ContentBlock] = [
                .text(TextBlock("t", additionalFields: fields)),
                .image(MediaBlock(.url("u"), additionalFields: fields)),
                .toolCall(ToolCall(id: "i", name: "n", additionalFields: fields)),
                .toolResult(ToolResult(callID: "i", content: [.text(TextBlock("t", additionalFields: fields))])),
                .toolResult(ToolResult(callID: "i", content: [], additionalFields: fields)),
                .reasoning(ReasoningBlock("r", additionalFields: fields)),
                .redactedReasoning(RedactedReasoningBlock(data: "d", additionalFields: fields)),
            ]
            var entries = blocks.map { HistoryEntry<ChatMessage>(.message(ChatMessage(role: .user, content: [$0]))) }
            entries.append(HistoryEntry(.message(ChatMessage(role: .user, content: [], additionalFields: fields))))
            entries.append(HistoryEntry(.other(fields)))
            var entry = HistoryEntry<ChatMessage>(.message(.user("x")))
            entry.additionalFields = fields
            entries.append(entry)
            for var entry in entries {
                entry.date = nil
                var snapshot = Snapshot()
                do { try snapshot.append(entry) } catch {
                    #expect(error.code == .notEncodable)
                    continue
                }
                #expect(try Snapshot(decoding: try snapshot.encoded()) == snapshot, "\(name) \(value) \(entry)")
            }
            var snapshot = Snapshot(metadata: fields)
            snapshot.openTurn = Turn(entries: 0..<0, usage: Usage(inputTokens: 1, outputTokens: 2, details: fields))
            #expect(try Snapshot(decoding: try snapshot.encoded()) == snapshot, "\(name) \(value)")
            snapshot.openTurn?.additionalFields = fields
            if let bytes = try? snapshot.encoded() {
                #expect(try Snapshot(decoding: bytes) == snapshot, "\(name) \(value)")
            } else {
                #expect(["id", "entries", "started", "ended", "outcome", "usage"].contains(name))
            }
        }
    }

    @Test(
        "Members in another order, as a program that sorts them writes, mean the same",
        arguments: 0..<10 as Range<UInt64>
    )
    func sorted(seed: UInt64) throws {
        var script = HistoryScript(seed: seed)
        for _ in 0..<10 { try script.step() }
        let document = try JSONValue(parsing: try script.snapshot.encoded())
        func sorted(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let members):
                .object(
                    JSONObject(
                        members.filter { $0.key != "checksum" }.map { ($0.key, sorted($0.value)) }
                            .sorted { $0.0 < $1.0 }
                    )
                )
            case .array(let elements): .array(elements.map(sorted))
            default: value
            }
        }
        let read = try Snapshot(decoding: Array(sorted(document).jsonString.utf8))
        // The order inside of values that are kept as they are was changed by the other program.
        let again = try JSONValue(parsing: try read.encoded())
        #expect(sorted(again) == sorted(document))
        let kinds = { (snapshot: Snapshot) in snapshot.messages.flatMap(\.content).map(Self.kind) }
        #expect(kinds(read) == kinds(script.snapshot))
    }

    private static func kind(_ block: ContentBlock) -> String {
        String(String(describing: block).prefix { $0 != "(" })
    }
}

extension ConversationSnapshot {
    fileprivate init(metadata: JSONObject) {
        self.init()
        self.metadata = metadata
    }
}
