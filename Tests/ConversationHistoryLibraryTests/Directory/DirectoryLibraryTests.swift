import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("A library in a directory")
struct DirectoryLibraryTests {
    let scene = LibraryScene()

    @Test("What is read creates nothing, and what is created is the user's alone")
    func creates() async throws {
        let library = scene.library()
        #expect(try await library.list(ListRequest()).conversations.isEmpty)
        #expect(try await library.store(for: "a").load() == nil)
        #expect(try await library.verify().isEmpty)
        #expect(
            await failure { () throws(HistoryStoreError) in try await library.rename("a", to: "x") }?.code == .notFound
        )
        #expect(scene.home.names().isEmpty)
        try await scene.add("a", "hello")
        #expect(scene.home.mode("library") == 0o700)
        #expect(scene.home.mode("library/conversations") == 0o700)
        #expect(scene.home.mode("library/conversations/a.json") == 0o600)
        _ = try await library.saveArtifact([1], named: "task.md", in: "a")
        #expect(scene.home.mode("library/artifacts/a/task.md") == 0o600)
    }

    @Test("A conversation is a history file that any store reads, without a trace of the library in the snapshot")
    func plainFile() async throws {
        let saved = try await scene.add("a", "hello", "world")
        let loaded = try #require(try await scene.library().store(for: "a").load())
        #expect(loaded == saved)
        #expect(try loaded.encoded() == saved.encoded())
        let plain = JSONFileHistoryStore(path: scene.path + "/conversations/a.json")
        #expect(try await plain.load()?.messages.count == 2)
    }

    @Test("A plain store keeps its strict conflict, and what the library keeps with the history")
    func plainStore() async throws {
        try await scene.add("a", "hello")
        let plain = JSONFileHistoryStore(path: scene.path + "/conversations/a.json")
        var snapshot = try #require(try await plain.load())
        try await scene.library().rename("a", to: "new")
        snapshot.title = "mine"
        let mine = snapshot
        #expect(await failure { () throws(HistoryStoreError) in try await plain.save(mine) }?.code == .conflict)
        let created = try await scene.library().info(of: "a").created
        var again = try #require(try await plain.load())
        try again.append(.user("more"))
        try await plain.save(again)
        let info = try await scene.library().info(of: "a")
        #expect(info.created == created)
        #expect(info.title == "new")
        #expect(info.messageCount == 2)
    }

    @Test("A snapshot without id and dates comes back as it was saved, and is listed with dates")
    func bareSnapshot() async throws {
        let snapshot = LibraryScene.Snapshot(messages: [.user("hello")])
        try await scene.library().store(for: "a").save(snapshot)
        #expect(try await scene.library().store(for: "a").load() == snapshot)
        let first = try await scene.library().info(of: "a")
        #expect(first.id == "a")
        #expect(try await scene.listed() == [first])
    }

    @Test("Title, owner and metadata from elsewhere are kept by the next save of an open store")
    func merges() async throws {
        try await scene.add("a", "hello")
        let store = scene.library().store(for: "a")
        var snapshot = try #require(try await store.load())
        let other = scene.library()
        try await other.rename("a", to: "new")
        try await other.setOwner(Owner(user: "ada"), of: "a")
        try await other.setMetadata(["k": 1], of: "a")
        try snapshot.append(.user("more"))
        try await store.save(snapshot)
        let info = try await scene.library().info(of: "a")
        #expect(info.title == "new")
        #expect(info.owner == Owner(user: "ada"))
        #expect(info.metadata == ["k": 1])
        #expect(info.messageCount == 2)
        snapshot.title = "mine"
        try await other.setMetadata(["k": 2], of: "a")
        try await store.save(snapshot)
        let last = try await scene.library().info(of: "a")
        #expect(last.title == "mine")
        #expect(last.metadata == ["k": 2])
    }

    @Test("Whatever else has changed since is a conflict")
    func conflicts() async throws {
        try await scene.add("a", "hello")
        for change in 0..<4 {
            let store = scene.library().store(for: "a")
            let other = scene.library().store(for: "a")
            var snapshot = try #require(try await store.load())
            var theirs = try #require(try await other.load())
            switch change {
            case 0: try await scene.library().append([HistoryEntry(.message(.user("x")))], to: "a")
            case 1:
                try theirs.append(.user("x"))
                try await other.save(theirs)
            case 2:
                theirs.openTurn = Turn(id: "t", entries: theirs.entries.count..<theirs.entries.count)
                try await other.save(theirs)
            default:
                theirs.title = "\(change)"
                try await other.save(theirs)
            }
            try snapshot.append(.user("mine"))
            let mine = snapshot
            let error = await failure { () throws(HistoryStoreError) in try await store.save(mine) }
            #expect(error?.code == .conflict, "change \(change)")
            #expect(try await scene.library().store(for: "a").load()?.messages.last != .user("mine"))
        }
    }

    @Test("A store that a scope gave an owner goes on saving snapshots without one")
    func scopedOwner() async throws {
        let mine = scene.library().scoped(to: Owner(user: "ada"))
        let store = mine.store(for: "a")
        var snapshot = LibraryScene.Snapshot(messages: [.user("hello")])
        try await store.save(snapshot)
        try snapshot.append(.user("more"), date: nil)
        try await store.save(snapshot)
        #expect(try await mine.info(of: "a").owner == Owner(user: "ada"))
        #expect(try await mine.info(of: "a").messageCount == 2)
    }

    @Test("A late save brings nothing back: not what is in the trash, not what was removed")
    func lateSave() async throws {
        try await scene.add("a", "hello")
        let store = scene.library().store(for: "a")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("late"))
        let late = snapshot
        try await scene.library().delete("a")
        #expect(await failure { () throws(HistoryStoreError) in try await store.save(late) }?.code == .notFound)
        #expect(scene.names("conversations").isEmpty)
        try await scene.library().restore("a")
        try await store.save(late)
        try await scene.library().delete("a")
        _ = try await scene.library().purge(.everything)
        #expect(await failure { () throws(HistoryStoreError) in try await store.save(late) }?.code == .notFound)
        #expect(scene.names("conversations").isEmpty)
        try await scene.add("a", "another")
        #expect(await failure { () throws(HistoryStoreError) in try await store.save(late) }?.code == .conflict)
        #expect(try await scene.library().info(of: "a").messageCount == 1)
    }

    @Test("Artifacts go into the trash with their conversation, come back with it, and are purged with it")
    func trash() async throws {
        try await scene.add("a", "hello")
        let library = scene.library()
        _ = try await library.saveArtifact([1], named: "task.md", in: "a")
        _ = try await library.saveArtifact([2], named: "task.md", in: "a")
        try await library.delete("a")
        #expect(scene.names("artifacts").isEmpty)
        #expect(scene.names("trash").count == 2)
        let deleted = try #require(try await library.info(of: "a").deleted)
        #expect(try await scene.listed(trash: .only).map(\.deleted) == [deleted])
        try await library.restore("a")
        #expect(try await library.artifact(named: "task.md", version: 1, in: "a").data == [1])
        #expect(scene.home.read("library/artifacts/a/task.md") == [2])
        try await library.delete("a")
        let report = try await library.purge(.everything)
        #expect(report == PurgeReport(conversations: ["a"], entryCount: 1, artifactCount: 1))
        #expect(scene.names("trash").isEmpty)
        #expect(try await scene.library().verify().isEmpty)
    }

    @Test("The directory can be moved, and lists, loads and searches the same")
    func moved() async throws {
        try await scene.add("a", "hello world")
        try await scene.add("B/2", "other")
        let library = scene.library()
        _ = try await library.saveArtifact([1, 2], named: "task.md", type: "text/markdown", in: "a")
        let before = try await scene.listed()
        let root = try #require(try DurableDirectory.open(path: scene.home.path))
        try root.move("library", to: root, as: "elsewhere")
        let moved = DirectoryConversationLibrary(path: scene.home.path("elsewhere"))
        #expect(try await moved.list(ListRequest()).conversations.sorted { $0.id < $1.id } == before)
        #expect(try await moved.search(SearchRequest("world")).map(\.conversation) == ["a"])
        #expect(try await moved.artifact(named: "task.md", in: "a").data == [1, 2])
        #expect(try await moved.verify().isEmpty)
    }

    @Test("Ids of every kind are conversations of their own", arguments: [false, true])
    func ids(hasStore: Bool) async throws {
        let ids =
            LibraryFileNameTests.table.map { ConversationID($0.id) } + [
                ConversationID(String(repeating: "é", count: 127))
            ]
        for id in ids {
            if hasStore {
                try await scene.library().store(for: id).save(LibraryScene.Snapshot(messages: [.user("hello")]))
            } else {
                _ = try await scene.library().create(NewConversation(id: id))
            }
        }
        #expect(try await scene.listed().map(\.id) == ids.sorted())
        #expect(scene.names("conversations").count == ids.count)
        for (id, name) in LibraryFileNameTests.table {
            #expect(scene.home.mode("library/conversations/\(name).json") == 0o600, "\(id)")
        }
        for name in ["", "a\0", String(repeating: "x", count: 256)] {
            let library = scene.library()
            let new = NewConversation(id: ConversationID(name))
            let error = await failure { () throws(HistoryStoreError) in _ = try await library.create(new) }
            #expect(error?.code == .invalidName)
        }
    }

    @Test("Two instances: each sees at once what the other has done")
    func twoInstances() async throws {
        let (one, two) = (scene.library(), scene.library())
        _ = try await one.create(NewConversation(id: "a", title: "first"))
        #expect(try await two.info(of: "a").title == "first")
        try await two.rename("a", to: "second")
        #expect(try await one.list(ListRequest()).conversations.map(\.title) == ["second"])
        try await one.delete("a")
        #expect(try await two.list(ListRequest()).conversations.isEmpty)
        #expect(await failure { () throws(HistoryStoreError) in try await two.rename("a", to: "x") }?.code == .notFound)
        let new = NewConversation(id: "a")
        #expect(await failure { () throws(HistoryStoreError) in _ = try await two.create(new) }?.code == .alreadyExists)
        _ = try await two.purge(.everything)
        #expect(try await one.list(ListRequest(trash: .only)).conversations.isEmpty)
    }

    @Test("Many tasks and two instances at once lose nothing")
    func concurrent() async throws {
        let libraries = [scene.library(), scene.library()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                let library = libraries[number % 2]
                group.addTask {
                    let id = ConversationID("c\(number / 2)")
                    let entry = HistoryEntry<ChatMessage>(.message(.user("from \(number)")))
                    do throws(HistoryStoreError) {
                        _ = try await library.create(NewConversation(id: id))
                    } catch { #expect(error.code == .alreadyExists) }
                    try await library.append([entry], to: id)
                    _ = try await library.list(ListRequest())
                }
            }
            try await group.waitForAll()
        }
        #expect(try await scene.listed().map(\.messageCount) == Array(repeating: 2, count: 12))
        #expect(try await scene.library().verify().isEmpty)
    }
}
