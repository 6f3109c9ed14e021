import ConversationHistory
import Foundation
import TestSupport
import Testing

@Suite struct CustomMessageTests {
    /// A message as an application may have it, through Swift's own `Codable`.
    struct Event: HistoryMessage {
        enum Body: Codable, Equatable {
            case said(String)
            case called(id: String, arguments: JSONValue)
            case answered(id: String, Data)
            case nothing
        }
        static let formatName = "example.event"

        var role: MessageRole
        var body: Body
        var date = Date(timeIntervalSinceReferenceDate: 783_000_000.123456)
        var score: Double?
        var tags: [String: Int] = [:]

        var searchableText: String { if case .said(let text) = body { text } else { "" } }
        var toolCallIDs: [String] { if case .called(let id, _) = body { [id] } else { [] } }
        var toolResultIDs: [String] { if case .answered(let id, _) = body { [id] } else { [] } }

        func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> Event? {
            var copy = self
            switch body {
            case .called(_, let arguments):
                guard let id = callIDs[0] else { return nil }
                copy.body = .called(id: id, arguments: arguments)
            case .answered(_, let data):
                guard let id = resultIDs[0] else { return nil }
                copy.body = .answered(id: id, data)
            default: return keepingRest ? self : nil
            }
            return copy
        }

        static func placeholderResult(forCallIDs callIDs: [String]) -> Event? {
            callIDs.count == 1 ? Event(role: .tool, body: .answered(id: callIDs[0], Data())) : nil
        }
    }

    /// Of the same shape, under another name.
    struct Other: HistoryMessage {
        static let formatName = "example.other"
        var role: MessageRole
        var searchableText: String { "" }
    }

    private static let events: [Event] = [
        Event(role: .user, body: .said("Größe\u{0}\u{2028}"), score: 0.1, tags: ["a": 1]),
        Event(role: .assistant, body: .called(id: "c", arguments: ["z": 1.50, "a": .number(JSONNumber(UInt64.max))])),
        Event(role: .tool, body: .answered(id: "c", Data([0, 255, 10]))),
        Event(role: .assistant, body: .nothing, score: -0.0),
    ]

    @Test func comesBackFromAFileUnderItsName() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("events.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore<Event>(path: path))
        try await conversation.turn(Self.events[0]) { turn in
            try await turn.append(contentsOf: Self.events[1...])
            #expect(turn.messages == Self.events)
            #expect(turn.context.repairs.isEmpty)
        }
        let text = String(decoding: directory.read("events.json") ?? [], as: UTF8.self)
        #expect(text.contains(#""example.event""#))
        #expect(text.contains(#""a":18446744073709551615}"#))
        let restored = try await Conversation(restoring: JSONFileHistoryStore<Event>(path: path))
        #expect(Array(restored.messages) == Self.events)
        #expect(restored.snapshot == conversation.snapshot)
    }

    @Test func isRefusedByNameAsAnotherType() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("events.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore<Event>(path: path))
        try await conversation.append(Self.events[0])
        let bytes = directory.read("events.json")
        let other = JSONFileHistoryStore<Other>(path: path)
        let loading = await #expect(throws: HistoryStoreError.self) { try await Conversation(restoring: other) }
        #expect(loading?.code == .wrongMessageType)
        #expect(loading?.description.contains("example.event") == true)
        let saving = await #expect(throws: HistoryStoreError.self) { try await other.save(ConversationSnapshot()) }
        #expect(saving?.code == .wrongMessageType)
        let chat = JSONFileHistoryStore(path: path)
        await #expect(throws: HistoryStoreError.self) { try await Conversation(restoring: chat) }
        #expect(directory.read("events.json") == bytes)
    }

    @Test func isRepaired() {
        let interrupted = ConversationSnapshot<Event>(messages: Array(Self.events[..<2])).context()
        #expect(interrupted.messages.last == Event.placeholderResult(forCallIDs: ["c"]))
        let orphan = ConversationSnapshot<Event>(messages: [Self.events[2], Self.events[0]]).context()
        #expect(orphan.messages == [Self.events[0]])
    }

    @Test func whatCannotBeStoredIsRefusedWhenItEnters() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("events.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore<Event>(path: path))
        func code(_ event: Event) async -> [SnapshotError.Code?] {
            let outside = await #expect(throws: SnapshotError.self) { try await conversation.append(event) }
            let first = await #expect(throws: SnapshotError.self) {
                try await conversation.turn(event) { _ in _ = Issue.record("The loop must not run.") }
            }
            var within: SnapshotError?
            try? await conversation.turn(Self.events[0]) { turn in
                within = await #expect(throws: SnapshotError.self) { try await turn.append(event) }
            }
            return [outside?.code, first?.code, within?.code]
        }
        let notEncodable = Array<SnapshotError.Code?>(repeating: .notEncodable, count: 3)
        #expect(await code(Event(role: .user, body: .nothing, score: .nan)) == notEncodable)
        #expect(await code(Event(role: .user, body: .nothing, score: .infinity)) == notEncodable)
        let deep = Event(role: .assistant, body: .called(id: "c", arguments: .nested(600)))
        #expect(await code(deep) == notEncodable)
        try await conversation.setTitle("still saved")
        let stored = try await JSONFileHistoryStore<Event>(path: path).load()
        #expect(stored == conversation.snapshot)
        #expect(stored?.messages.count == 3)
    }

    /// What is just not too deep can be stored and read.
    @Test func theDeepestThatIsAcceptedComesBack() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("events.json")
        let conversation = try await Conversation(restoring: JSONFileHistoryStore<Event>(path: path))
        var accepted = 0
        for depth in 490...520 {
            do {
                try await conversation.append(
                    Event(role: .assistant, body: .called(id: "c", arguments: .nested(depth)))
                )
                accepted += 1
            } catch let error as SnapshotError {
                #expect(error.code == .notEncodable)
            }
        }
        #expect(accepted > 0 && accepted < 31)
        #expect(try await JSONFileHistoryStore<Event>(path: path).load() == conversation.snapshot)
    }
}
