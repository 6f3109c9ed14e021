import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryRows

@Suite("Saving equal messages that are encoded in another order")
struct UnorderedMessageTests {
    struct Tagged: HistoryMessage {
        static let formatName = "tagged"
        var role = MessageRole.user
        var tags: Set<String> = []
        var scores: [String: Int] = [:]
        var pairs: [Int: Set<String>] = [:]
        var list: [String] = []
        var text = ""
        var searchableText: String { text }
    }

    typealias Snapshot = ConversationSnapshot<Tagged>

    /// Messages that are equal and, for the sizes of their tables, are not encoded alike.
    private static func message(_ capacity: Int) -> Tagged {
        var message = Tagged()
        message.tags = Set(minimumCapacity: capacity)
        message.scores = Dictionary(minimumCapacity: capacity)
        message.pairs = Dictionary(minimumCapacity: capacity)
        for number in 0..<40 {
            message.tags.insert("tag \(number)")
            message.scores["score \(number)"] = number
            message.pairs[number, default: []].insert("pair \(number)")
        }
        return message
    }

    /// A snapshot of which every part that can hold a message does.
    private static func snapshot(_ capacity: Int) throws -> Snapshot {
        var snapshot = Snapshot(id: "c")
        func append(_ id: EntryID, _ content: HistoryEntry<Tagged>.Content, isIncomplete: Bool = false) throws {
            try snapshot.append(HistoryEntry(content, id: id, date: nil, isIncomplete: isIncomplete))
        }
        try append("rewound", .message(message(capacity)))
        snapshot.rewind(to: 0, date: nil)
        try append("first", .message(message(capacity)))
        try append("summary", .summary(HistorySummary(message: message(capacity), through: "first")))
        snapshot.openTurn = Turn(id: "t", entries: 2..<3)
        try append("draft", .message(message(capacity)), isIncomplete: true)
        return snapshot
    }

    /// A file, and a store that has saved a snapshot into it.
    private struct Scene {
        let directory = TemporaryDirectory()
        let calls = FaultySystemCalls()
        let store: JSONFileHistoryStore<Tagged>

        init(_ snapshot: Snapshot) async throws {
            store = Self.store(directory, calls)
            try await store.save(snapshot)
        }

        static func store(_ directory: TemporaryDirectory, _ calls: FaultySystemCalls) -> JSONFileHistoryStore<Tagged> {
            JSONFileHistoryStore(directory.path("a.json"), .lines, .full, HistoryLimits(), .seconds(10), calls)
        }

        /// How many bytes a save writes, and how many syncs it makes.
        func cost(_ snapshot: Snapshot, by other: JSONFileHistoryStore<Tagged>? = nil) async throws -> [Int] {
            let (bytes, syncs) = (calls.bytesWritten, calls.syncCount)
            try await (other ?? store).save(snapshot)
            return [calls.bytesWritten - bytes, calls.syncCount - syncs]
        }
    }

    @Test("Equal snapshots write nothing, whichever order their sets are in")
    func equalSnapshots() async throws {
        let (one, two) = (try Self.snapshot(0), try Self.snapshot(5000))
        #expect(one == two)
        #expect(try one.encoded() != two.encoded(), "they should not be encoded alike")
        let scene = try await Scene(one)
        let bytes = scene.directory.read("a.json")
        #expect(try await scene.cost(two) == [0, 0])
        #expect(try await scene.cost(one) == [0, 0])
        // Nor by a store that has read them into tables of its own.
        let other = Scene.store(scene.directory, scene.calls)
        #expect(try await other.load() == one)
        for snapshot in [two, one] { #expect(try await scene.cost(snapshot, by: other) == [0, 0]) }
        #expect(scene.directory.read("a.json") == bytes)
        // And what is new is appended behind them.
        var longer = two
        longer.openTurn = nil
        try longer.append(HistoryEntry(.message(Self.message(0)), id: "new", date: nil))
        let appended = try await scene.cost(longer, by: other)
        #expect(appended[0] < 3 * (bytes?.count ?? 0) && appended[1] == 1)
        #expect(scene.directory.read("a.json")?.starts(with: bytes?.prefix(200) ?? []) == true)
        #expect(try await JSONFileHistoryStore<Tagged>(path: scene.directory.path("a.json")).load() == longer)
    }

    @Test("Whatever else is another is written, even if it is equal")
    func changes() async throws {
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        var old = Self.message(0)
        old.text = composed
        old.list = ["a", composed, decomposed, "b"]
        old.tags.insert(composed)
        old.scores[composed] = 1
        let edits: [(inout Tagged) -> Void] = [
            { $0.text = decomposed },
            // Equal, and the same texts, but each in the place of the other.
            { $0.list = ["a", decomposed, composed, "b"] },
            {
                $0.tags.remove(composed)
                $0.tags.insert(decomposed)
            },
            {
                $0.scores[composed] = nil
                $0.scores[decomposed] = 1
            },
            { $0.list = ["b", composed, decomposed, "a"] },
            { $0.tags.remove("tag 7") },
            { $0.tags.insert("new") },
            { $0.scores["score 3"] = 4 },
            { $0.pairs[3] = ["pair 4"] },
        ]
        for (number, edit) in edits.enumerated() {
            var new = Self.message(5000)
            (new.text, new.list) = (old.text, old.list)
            new.tags.insert(composed)
            new.scores[composed] = 1
            let scene = try await Scene(Snapshot(messages: [old]))
            #expect(try await scene.cost(Snapshot(messages: [new])) == [0, 0])
            edit(&new)
            #expect(try await scene.cost(Snapshot(messages: [new]))[0] > 0, "edit \(number)")
            let stored = try await JSONFileHistoryStore<Tagged>(path: scene.directory.path("a.json")).load()
            let loaded = try #require(stored?.messages.first)
            #expect(loaded.text.utf8.elementsEqual(new.text.utf8), "edit \(number)")
            #expect(loaded.list.map { Array($0.utf8) } == new.list.map { Array($0.utf8) }, "edit \(number)")
            #expect(Set(loaded.tags.map { Array($0.utf8) }) == Set(new.tags.map { Array($0.utf8) }), "edit \(number)")
            #expect(Set(loaded.scores.keys.map { Array($0.utf8) }) == Set(new.scores.keys.map { Array($0.utf8) }))
            #expect(loaded == new, "edit \(number)")
        }
    }

    @Test("A database writes no rows for them")
    func rows() throws {
        let coding = SnapshotRowCoding<Tagged>()
        let plan = try SavePlan(from: try Self.snapshot(0), to: try Self.snapshot(5000), coding)
        #expect(plan.isEmpty)
        var changed = try Self.snapshot(5000)
        try changed.update("first") { $0.content = .message(Tagged()) }
        #expect(try SavePlan(from: try Self.snapshot(0), to: changed, coding).entries.replaced == [0])
    }
}
