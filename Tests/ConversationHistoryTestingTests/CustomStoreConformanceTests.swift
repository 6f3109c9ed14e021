import ConversationHistory
import ConversationHistoryTesting
import TestSupport
import Testing

/// Stores of one's own pass, as far as they claim to.
@Suite struct CustomStoreConformanceTests {
    @Test func simpleStore() async {
        let names = NameSource()
        var suite = HistoryStoreConformance(
            detectsConflicts: false,
            make: { SimpleStore(place: BytePlace(), name: names.next()) },
            reopen: { SimpleStore(place: $0.place, name: $0.name) }
        )
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        #expect(report.skipped == ["B1", "B2", "B3", "B8", "D3", "D4", "D5", "D6", "D10", "D11", "D12", "D13"])
    }

    @Test func carefulStore() async {
        let names = NameSource()
        var suite = HistoryStoreConformance(
            make: { CarefulStore<ChatMessage>(place: BytePlace(), name: names.next()) },
            reopen: { CarefulStore(place: $0.place, name: $0.name) },
            raw: .init(
                read: { $0.place.bytes($0.name) ?? [] },
                write: { $0.place.set($0.name, to: $1) }
            ),
            delete: { $0.place.set($0.name, to: nil) },
            errorCode: {
                ($0 as? CarefulStore<ChatMessage>.Refusal).map { $0.reason == .conflict ? .conflict : .damaged }
            }
        )
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        #expect(report.skipped.isEmpty)
    }

    /// A message type of an application's own, coded by `Codable`.
    struct Note: HistoryMessage {
        static let formatName = "note"
        var role: MessageRole
        var searchableText: String
        var stars: [Int] = []
        var details: [String: Double] = [:]
        var extra: JSONValue?
    }

    @Test func anotherMessageType() async {
        let samples =
            SampleConversations.strangeTexts.map { Note(role: .user, searchableText: $0) } + [
                Note(
                    role: "x",
                    searchableText: "",
                    stars: [.min, 0, .max],
                    details: ["b": 0.1, "a": -1e300, "": .leastNonzeroMagnitude]
                ),
                Note(role: .tool, searchableText: "deep", extra: SampleConversations.nested(400)),
                Note(role: .tool, searchableText: "numbers", extra: ["z": 1, "a": .number(JSONNumber("1e400") ?? 0)]),
            ]
        let names = NameSource()
        var suite = HistoryStoreConformance(
            samples: samples,
            make: { CarefulStore<Note>(place: BytePlace(), name: names.next()) },
            reopen: { CarefulStore(place: $0.place, name: $0.name) },
            raw: .init(
                newerVersion: nil,
                read: { $0.place.bytes($0.name) ?? [] },
                write: { $0.place.set($0.name, to: $1) }
            )
        )
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        #expect(report.skipped == ["B3", "D5", "D6"])
    }
}
