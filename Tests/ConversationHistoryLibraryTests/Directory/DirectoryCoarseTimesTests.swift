import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// Where dates are coarse, a history that another library has changed can look the same.
@Suite("A library in a directory whose histories look the same though they have changed")
struct DirectoryCoarseTimesTests {
    typealias Library = DirectoryConversationLibrary<ChatMessage>
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    // MARK: - Lists

    @Test("A change within one tick is listed")
    func listed() async throws {
        let scene = LibraryScene()
        try await expectListed(in: scene.path) { scene.library(calls: CoarseSystemCalls(tick: 2)) }
    }

    @Test(
        "A change within one tick of a coarse file system is listed",
        .enabled(if: CoarseDisk.isAvailable, "\(CoarseDisk.reason)")
    )
    func listedOnACoarseDisk() async throws {
        let disk = try #require(CoarseDisk())
        for round in 0..<10 {
            let path = "\(disk.path)/library-\(round)"
            try await expectListed(in: path) { Library(path: path, durability: .processCrash) }
        }
    }

    /// Lets another library change a conversation that was just listed, so that the file stays as large as it is.
    private func expectListed(in path: String, library: () -> Library) async throws {
        let (mine, theirs) = (library(), library())
        // Saved once, and whole: an appended line would leave blanks behind, which a replacement leaves out.
        var snapshot = Snapshot(id: "a", title: "title")
        try snapshot.append(.user("first"))
        try await mine.store(for: "a").save(snapshot)
        _ = try await mine.list(ListRequest())
        let size = try size(of: "a", in: path)

        // Saved twice, so that the number of the file that was listed can be used again.
        let store = theirs.store(for: "a")
        var changed = try #require(try await store.load())
        for (title, text) in [("Title", "First"), ("TITLE", "FIRST")] {
            changed.title = title
            try changed.update(changed.entries[0].id) { $0.content = .message(.user(text)) }
            try await store.save(changed)
        }
        let newSize = try self.size(of: "a", in: path)
        try #require(newSize == size, "Otherwise nothing is tested.")

        for (name, library) in [("the same", mine), ("another", library())] {
            let listed = try await library.list(ListRequest()).conversations
            #expect(listed.map(\.title) == ["TITLE"], "\(name) library")
        }
        #expect(try await mine.info(of: "a").title == "TITLE")
    }

    private func size(of stem: String, in path: String) throws -> Int64? {
        try DurableDirectory.open(path: path)?.subdirectory("conversations")?.file("\(stem).json").identity()?.size
    }

    // MARK: - Saves

    @Test("Another library's save of the same size is a conflict", arguments: 0..<3)
    func replaced(change: Int) async throws {
        let scene = LibraryScene()
        let (mine, theirs) = (scene.library(calls: CoarseSystemCalls()), scene.library(calls: CoarseSystemCalls()))
        let store = mine.store(for: "a")
        var snapshot = Snapshot(id: "a", title: "title")
        for text in ["first", "other"] { try snapshot.append(.user(text)) }
        try await store.save(snapshot)
        let size = try size(of: "a", in: scene.path)

        let other = theirs.store(for: "a")
        var others = try #require(try await other.load())
        try others.update(others.entries[0].id) { $0.content = .message(.user("FIRST")) }
        try await other.save(others)
        try others.update(others.entries[1].id) { $0.content = .message(.user("OTHER")) }
        try await other.save(others)
        let newSize = try self.size(of: "a", in: scene.path)
        try #require(newSize == size, "Otherwise nothing is tested.")

        switch change {
        case 0: try snapshot.append(.user("appended"))
        case 1: try snapshot.update(snapshot.entries[0].id) { $0.content = .message(.user("edited")) }
        default: snapshot.openTurn = Turn(id: "t", entries: 2..<2)
        }
        let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
        #expect(error?.code == .conflict)
        #expect(try await scene.library().store(for: "a").load() == others, "The other writer's save is whole.")
    }
}
