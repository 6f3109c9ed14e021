import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

/// Where dates are coarse and file numbers are used again, a file that another writer has replaced can look the same.
@Suite("A file whose size, number and date do not change with its content")
struct CoarseTimesTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    @Test("Another writer's save of the same size is a conflict", arguments: [SnapshotStyle.lines, .pretty], 0..<3)
    func replaced(style: SnapshotStyle, change: Int) async throws {
        let file = HistoryFile()
        try await expectConflict(change, at: file.path) { file.store(style: style, calls: CoarseSystemCalls()) }
    }

    @Test(
        "Another writer's save within one tick of a coarse file system is a conflict",
        .enabled(if: CoarseDisk.isAvailable, "\(CoarseDisk.reason)"),
        arguments: 0..<3
    )
    func replacedOnACoarseDisk(change: Int) async throws {
        let disk = try #require(CoarseDisk())
        for round in 0..<20 {
            let path = "\(disk.path)/chat-\(round).json"
            try await expectConflict(change, at: path) { JSONFileHistoryStore(path: path, durability: .processCrash) }
        }
    }

    /// Lets another store save twice, so that the file ends up as large as it was, and then saves by the first store.
    private func expectConflict(
        _ change: Int,
        at path: String,
        store: () -> JSONFileHistoryStore<ChatMessage>
    ) async throws {
        let (mine, theirs) = (store(), store())
        var snapshot = Snapshot(id: "c", title: "title")
        for text in ["first", "other"] { try snapshot.append(.user(text)) }
        try await mine.save(snapshot)

        var others = try #require(try await theirs.load())
        try others.update(others.entries[0].id) { $0.content = .message(.user("FIRST")) }
        try await theirs.save(others)
        try others.update(others.entries[1].id) { $0.content = .message(.user("OTHER")) }
        try await theirs.save(others)

        switch change {
        case 0: try snapshot.append(.user("appended"))
        case 1: try snapshot.update(snapshot.entries[0].id) { $0.content = .message(.user("edited")) }
        default: snapshot.title = "a new title"
        }
        let error = await failure { () throws(HistoryStoreError) in try await mine.save(snapshot) }
        #expect(error?.code == .conflict)
        #expect(try await store().load() == others, "The other writer's save is whole.")
    }
}
