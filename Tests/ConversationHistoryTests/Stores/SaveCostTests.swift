import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("What a save costs")
struct SaveCostTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// What one save asked the system for.
    struct Cost: Equatable {
        var calls: [String]
        var bytes: Int
        var syncs: Int { calls.count { $0 == "fsync" || $0 == "fdatasync" } }
    }

    /// A stored history of some messages, and a store that has saved it.
    struct Scene {
        let file = HistoryFile()
        let calls = FaultySystemCalls()
        let store: HistoryFile.Store
        var snapshot = Snapshot(id: "c", title: "A conversation")

        init(
            messages: Int,
            style: SnapshotStyle = .lines,
            durability: ConversationHistory.Durability = .full
        ) async throws {
            store = file.store(style: style, durability: durability, calls: calls)
            for index in 0..<messages {
                let message =
                    index.isMultiple(of: 2) ? ChatMessage.user("question \(index)") : .assistant("answer \(index)")
                snapshot.appendUnchecked(HistoryEntry(.message(message), id: EntryID("e\(index)"), date: nil))
            }
            try await store.save(snapshot)
        }

        func cost(of snapshot: Snapshot) async throws -> Cost {
            let (count, bytes) = (calls.calls.count, calls.bytesWritten)
            try await store.save(snapshot)
            return Cost(calls: Array(calls.names[count...]), bytes: calls.bytesWritten - bytes)
        }
    }

    /// Looking at the directory and at the file, and taking the lock, which every save does first.
    static let before = ["openat", "fstatat", "openat", "fstat", "flock", "fstatat", "fstatat"]
    /// Giving back the lock and closing it and the directory, which every save does last.
    static let after = ["flock", "close", "close"]

    @Test(
        "A turn costs its own lines, two footers and one sync, however long the history is",
        arguments: [100, 20_000]
    )
    func append(messages: Int) async throws {
        var scene = try await Scene(messages: messages)
        var lines = 0
        for message in [ChatMessage.user("What next?"), .assistant(String(repeating: "A long answer. ", count: 200))] {
            let entry = HistoryEntry<ChatMessage>(.message(message), date: nil)
            try scene.snapshot.append(entry)
            var line = JSONWriter()
            try EntryCoding<ChatMessage>().write(entry, to: &line)
            lines += line.count
        }
        let size = scene.file.content.count
        let cost = try await scene.cost(of: scene.snapshot)
        #expect(cost.syncs == 1)
        let writing = ["openat", "fstat", "pread", "pwrite", "fdatasync", "pwrite", "fstat", "close"]
        #expect(cost.calls == Self.before + writing + Self.after)
        // All bytes count: the lines, the new footer, and the spaces over the old one.
        #expect(cost.bytes - lines < 1024)
        #expect(cost.bytes - lines > 100)
        #expect(scene.file.content.count - size - lines < 512)
        #expect(try await scene.file.loaded() == scene.snapshot)
    }

    @Test("The bytes of a turn do not grow with the history")
    func sameBytes() async throws {
        var bytes: [Int] = []
        for messages in [1000, 9000] {
            var scene = try await Scene(messages: messages)
            try scene.snapshot.append(HistoryEntry(.message(.user("next")), id: "x", date: nil))
            bytes.append(try await scene.cost(of: scene.snapshot).bytes)
        }
        #expect(bytes[0] == bytes[1])
    }

    @Test("A snapshot that is stored already costs a look", arguments: [SnapshotStyle.lines, .pretty, .version1])
    func unchanged(style: SnapshotStyle) async throws {
        let scene = try await Scene(messages: 100, style: style)
        let content = scene.file.content
        let cost = try await scene.cost(of: scene.snapshot)
        #expect(cost == Cost(calls: Self.before + Self.after, bytes: 0))
        // Made anew, and equal.
        let same = try #require(try await scene.file.loaded())
        if style != .version1 { #expect(try await scene.cost(of: same).bytes == 0) }
        #expect(scene.file.content == content)
    }

    @Test("A change of stored lines costs the whole and two syncs", arguments: [SnapshotStyle.lines, .pretty])
    func replace(style: SnapshotStyle) async throws {
        var scene = try await Scene(messages: 100, style: style)
        try scene.snapshot.setPinned(true, "e7")
        let cost = try await scene.cost(of: scene.snapshot)
        // A look at what is there, by the end of the footer or by all of a document.
        let looking = ["openat", "pread", "close"]
        let writing = looking + ["openat", "pwrite", "fstat", "fsync", "close", "renameat", "fsync", "readdir"]
        #expect(cost.calls == Self.before + writing + Self.after)
        #expect(cost.syncs == 2)
        #expect(cost.bytes == scene.file.content.count)
    }

    @Test("Without a sync, nothing waits for the disk")
    func withoutSync() async throws {
        var scene = try await Scene(messages: 100, durability: .processCrash)
        try scene.snapshot.append(.user("next"))
        #expect(try await scene.cost(of: scene.snapshot).syncs == 0)
        try scene.snapshot.setPinned(true, "e7")
        #expect(try await scene.cost(of: scene.snapshot).syncs == 0)
        #expect(scene.calls.syncCount == 0)
        #expect(try await scene.file.loaded() == scene.snapshot)
    }

    @Test("A title or a message under way costs as much as it holds")
    func state() async throws {
        var scene = try await Scene(messages: 5000)
        scene.snapshot.title = "Another title"
        #expect(try await scene.cost(of: scene.snapshot).bytes < 1024)
        scene.snapshot.openTurn = Turn(entries: 5000..<5001)
        let draft = HistoryEntry<ChatMessage>(.message(.assistant("")), id: "d", date: nil, isIncomplete: true)
        try scene.snapshot.append(draft)
        for length in 1...40 {
            try scene.snapshot.update("d") { $0.content = .message(.assistant(String(repeating: "w ", count: length))) }
            let cost = try await scene.cost(of: scene.snapshot)
            #expect(cost.bytes < 1024 + 4 * length)
            #expect(cost.syncs == 1)
        }
        #expect(try await scene.file.loaded() == scene.snapshot)
    }

    @Test("Blanks are cleared away before they outweigh the history")
    func blanks() async throws {
        var scene = try await Scene(messages: 10, durability: .processCrash)
        scene.snapshot.metadata["notes"] = .string(String(repeating: "n", count: 2000))
        var largest = 0
        for step in 0..<300 {
            scene.snapshot.title = "title \(step)"
            try await scene.store.save(scene.snapshot)
            largest = max(largest, scene.file.content.count)
        }
        #expect(largest < 128 << 10)
        #expect(largest > 64 << 10)
        #expect(try await scene.file.loaded() == scene.snapshot)
        scene.file.expectSound("blanks")
    }
}
