import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What happens beside the library: changes while a list is read, locks of others, files that are removed by hand.
@Suite("A library in a directory that others work on, too")
struct DirectoryOwnershipTests {
    let scene = LibraryScene()

    @Test("A list of the oldest first ends, though each is changed when it is met", arguments: [1, 2, 50])
    func changedList(limit: Int) async throws {
        let ids = (0..<5).map { ConversationID("c\($0)") }
        for id in ids { try await scene.add(id) }
        let library = scene.library()
        var met: [ConversationID] = []
        for try await info in library.conversations(ListRequest(order: .oldestFirst, limit: limit)) {
            met.append(info.id)
            if met.count > 20 { break }
            try await library.rename(info.id, to: "met")
            _ = try await library.fork(info.id)
        }
        #expect(met == ids)
    }

    @Test("A purge goes on behind a conversation that is locked, and says what is gone and what is not")
    func lockedPurge() async throws {
        for id in ["a", "b", "c"] as [ConversationID] {
            try await scene.add(id, "hello")
            try await scene.library().delete(id)
        }
        let library = LibraryScene.Library(path: scene.path, lockTimeout: .milliseconds(20))
        let body = try DurableFile.open(path: scene.path + "/conversations/b.json")
        let lock = try body.lock(.exclusive, timeout: .seconds(5))
        let report = try await library.purge(.everything)
        #expect(report.conversations == ["a", "c"])
        #expect(try await scene.listed(trash: .only).map(\.id) == ["b"])
        lock.unlock()
        #expect(try await library.purge(.everything).conversations == ["b"])
    }

    @Test("Files of a conversation whose history was removed by hand are not those of the next one of its id")
    func removedByHand() async throws {
        for isSave in [true, false] {
            try await scene.add("a", "hello", owner: Owner(user: "ada"))
            _ = try await scene.library().saveArtifact([1], named: "secret", in: "a")
            scene.home.remove("library/conversations/a.json")
            let library = scene.library().scoped(to: Owner(user: "bob"))
            if isSave {
                try await library.store(for: "a").save(LibraryScene.Snapshot(messages: [.user("bob's")]))
            } else {
                _ = try await library.create(NewConversation(id: "a"))
            }
            #expect(try await library.artifacts(in: "a").isEmpty)
            #expect(try await library.contents(of: "a").artifacts.isEmpty)
            // They are not lost by that, but where a purge finds them.
            #expect(scene.names("trash").count == 1)
            try await library.delete("a")
            _ = try await scene.library().purge(.everything)
            #expect(scene.names("trash").isEmpty)
        }
    }

    // MARK: - Modes, owners and names

    @Test("A file that has another name is not written in place: what the other name leads to stays")
    func hardLinks() async throws {
        var snapshot = try await scene.add("a", "hello")
        scene.home.makeHardLink("copy.json", to: "library/conversations/a.json")
        let before = scene.home.read("copy.json")
        let store = scene.library().store(for: "a")
        snapshot = try #require(try await store.load())
        try snapshot.append(.user("more"))
        try await store.save(snapshot)
        #expect(scene.home.read("copy.json") == before)
        #expect(try await scene.library().info(of: "a").messageCount == 2)
        // And from then on it is appended to again.
        let calls = FaultySystemCalls()
        let again = scene.library(calls: calls).store(for: "a")
        snapshot = try #require(try await again.load())
        try snapshot.append(.user("and more"))
        try await again.save(snapshot)
        #expect(!calls.names.contains("renameat"))
    }

    @Test("A history that nobody may write is not written, in whatever way", arguments: [0o444, 0o400] as [UInt32])
    func readOnly(mode: UInt32) async throws {
        try await scene.add("a", "hello")
        scene.home.setMode("library/conversations/a.json", mode)
        let before = scene.home.read("library/conversations/a.json")
        let library = scene.library()
        for isAppend in [true, false] {
            let error = await failure { () throws(HistoryStoreError) in
                if isAppend {
                    try await library.append([HistoryEntry(.message(.user("more")))], to: "a")
                } else {
                    let store = library.store(for: "a")
                    guard var snapshot = try await store.load() else { return }
                    var entry = snapshot.entries[0]
                    entry.content = .message(.user("edited"))
                    snapshot.replaceUnchecked(at: 0, with: entry)
                    try await store.save(snapshot)
                }
            }
            #expect(error?.code == .permissionDenied, "append: \(isAppend)")
            #expect(scene.home.read("library/conversations/a.json") == before)
        }
        scene.home.setMode("library/conversations/a.json", 0o600)
        try await library.append([HistoryEntry(.message(.user("more")))], to: "a")
    }

    @Test("A new version of a file keeps the mode that the file was given")
    func artifactMode() async throws {
        try await scene.add("a", "hello")
        _ = try await scene.library().saveArtifact([1], named: "task.md", in: "a")
        scene.home.setMode("library/artifacts/a/task.md", 0o644)
        _ = try await scene.library().saveArtifact([2], named: "task.md", in: "a")
        #expect(scene.home.mode("library/artifacts/a/task.md") == 0o644)
        #expect(scene.home.read("library/artifacts/a/task.md") == [2])
    }

    @Test("A lock file may be opened by those who may write the history")
    func lockMode() async throws {
        try await scene.add("a", "hello")
        let lock = "library/conversations/.a.json.conversation-history.lock"
        for (mode, expected) in [(0o660, 0o660), (0o640, 0o640), (0o600, 0o600), (0o444, 0o644)] as [(UInt32, UInt32)] {
            scene.home.remove(lock)
            scene.home.setMode("library/conversations/a.json", mode)
            let body = try DurableFile.open(path: scene.path + "/conversations/a.json")
            try body.lock(.exclusive, timeout: .zero).unlock()
            #expect(scene.home.mode(lock) == expected, "\(mode)")
        }
    }

    @Test(
        "A lock file that another user makes belongs to the one whose history it is",
        .enabled(if: TemporaryDirectory.ignoresPermissions, "only a privileged user can give files away")
    )
    func lockOwner() async throws {
        try await scene.add("a", "hello")
        let lock = "library/conversations/.a.json.conversation-history.lock"
        scene.home.remove(lock)
        scene.home.setOwner("library/conversations/a.json", owner: 4711, group: 4712)
        try await scene.library().append([HistoryEntry(.message(.user("more")))], to: "a")
        #expect(scene.home.owner("library/conversations/a.json") == (4711, 4712))
        #expect(scene.home.owner(lock) == (4711, 4712))
    }
}
