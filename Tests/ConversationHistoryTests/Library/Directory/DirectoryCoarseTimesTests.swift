import TestSupport
import Testing

@testable import ConversationHistory

/// Where dates are coarse, a history that another library has changed can look the same.
@Suite("A library in a directory whose histories look the same though they have changed")
struct DirectoryCoarseTimesTests {
    typealias Library = DirectoryConversationLibrary<ChatMessage>

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
        _ = try await mine.create(NewConversation(id: "a", title: "title"))
        let own = mine.store(for: "a")
        var snapshot = try #require(try await own.load())
        try snapshot.append(.user("first"))
        try await own.save(snapshot)
        _ = try await mine.list(ListRequest())

        let store = theirs.store(for: "a")
        var changed = try #require(try await store.load())
        changed.title = "TITLE"
        try changed.update(changed.entries[0].id) { $0.content = .message(.user("FIRST")) }
        try await store.save(changed)

        for (name, library) in [("the same", mine), ("another", library())] {
            let listed = try await library.list(ListRequest()).conversations
            #expect(listed.map(\.title) == ["TITLE"], "\(name) library")
        }
        #expect(try await mine.info(of: "a").title == "TITLE")
    }
}
