import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("The index of a library in a directory")
struct DirectoryIndexTests {
    let scene = LibraryScene()

    private func fill() async throws -> [ConversationInfo] {
        try await scene.add("a", "one", "two", owner: Owner(user: "ada", organization: "analytical"))
        try await scene.add("B/2", "three")
        try await scene.add("c")
        let library = scene.library()
        try await library.setMetadata(["k": [1, "x"], "k2": nil], of: "c")
        _ = try await library.fork("a", as: NewConversation(id: "d", title: "fork"))
        return try await scene.listed(calls: later)
    }

    /// System calls at a time when no file has been changed for a while, so that its date tells whether it has changed.
    private var later: FaultySystemCalls { FaultySystemCalls(secondsAhead: 10) }

    @Test("Lost, cut off, of another version, or anything else: it is made anew, and is the same")
    func rebuilt() async throws {
        let infos = try await fill()
        #expect(infos.count == 4)
        let index = try #require(scene.home.read("library/index.json"))
        #expect(throws: Never.self) { try JSONValue(parsing: index) }
        func check(_ bytes: [UInt8]?, _ comment: Comment) async throws {
            if let bytes {
                scene.home.write("library/index.json", bytes, mode: 0o600)
            } else {
                scene.home.remove("library/index.json")
            }
            #expect(try await scene.listed(calls: later) == infos, comment)
            #expect(scene.home.read("library/index.json") == index, comment)
        }
        try await check(nil, "lost")
        try await check([], "empty")
        for count in stride(from: 1, to: index.count, by: 97) {
            try await check(Array(index.prefix(count)), "cut at \(count)")
        }
        let text = String(decoding: index, as: UTF8.self)
        try await check(Array(text.replacing("\"version\":1", with: "\"version\":2").utf8), "newer")
        try await check(Array(text.replacing("about a", with: "about x").utf8), "changed")
        try await check(Array("{\"conversations\":[]}".utf8), "foreign")
        try await check(Array("[[[[".utf8), "no JSON")
    }

    @Test("A list reads no history that has not changed, and one that has is read once")
    func cost() async throws {
        let infos = try await fill()
        let calls = later
        let fresh = scene.library(calls: calls)
        var page = ListPage(conversations: [], next: nil)
        func reads(_ request: ListRequest = ListRequest()) async throws -> Int {
            let before = calls.names.count { $0 == "pread" }
            page = try await fresh.list(request)
            return calls.names.count { $0 == "pread" } - before
        }
        // The index itself is all that is read.
        #expect(try await reads() == 1)
        #expect(page.conversations.count == 4)
        #expect(try await reads() == 0)
        try await scene.library().rename("a", to: "new")
        // One history: its content, and its end.
        #expect(try await reads() == 2)
        #expect(try await reads() == 0)
        // Of what an instance has just saved itself, it reads the end, once.
        let store = fresh.store(for: "c")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("hello"))
        try await store.save(snapshot)
        #expect(try await reads() == 1)
        #expect(try await reads() == 0)
        #expect(page.conversations.first { $0.id == "c" }?.messageCount == 1)
        #expect(infos.count == 4)
        try await fresh.delete("c")
        #expect(try await reads(ListRequest(trash: .only)) == 0)
    }

    @Test("Of a history that was changed a moment ago, a list reads the end")
    func recent() async throws {
        try await scene.add("a", "one")
        // By such a clock, the file has just been changed however long this takes.
        let calls = FaultySystemCalls(secondsAhead: -3600)
        let library = scene.library(calls: calls)
        _ = try await library.list(ListRequest())
        let before = calls.names.count { $0 == "pread" }
        _ = try await library.list(ListRequest())
        #expect(calls.names.count { $0 == "pread" } == before + 1)
    }

    @Test("What does not belong there is passed over, and reported by a check")
    func strays() async throws {
        let infos = try await fill()
        scene.home.write("library/conversations/.DS_Store", [1, 2, 3])
        scene.home.write("library/conversations/notes.txt", [1])
        scene.home.write("library/conversations/package.json", Array("{\"name\":\"x\"}".utf8))
        scene.home.write("library/conversations/.a.json.0123456789abcdef.conversation-history.tmp", [1])
        scene.home.write("library/conversations/Upper.json", Array("{}".utf8))
        scene.home.makeDirectory("library/conversations/directory.json")
        scene.home.write("library/.DS_Store", [1])
        scene.home.makeDirectory("library/trash")
        scene.home.write("library/trash/what.json", [1])
        #expect(try await scene.listed() == infos)
        #expect(try await scene.listed(trash: .only).isEmpty)
        #expect(try await scene.library().search(SearchRequest("three")).count == 1)
        let problems = try await scene.library().verify()
        #expect(problems.count == 5)
        #expect(problems.allSatisfy { $0.kind == .stray })
        #expect(try await scene.library().scoped(to: Owner(user: "ada")).verify().isEmpty)
    }

    @Test("What a crash has left is removed by a list when it is a day old")
    func staleTemporaries() async throws {
        try await scene.add("a", "hello")
        let names = ["0", "1"].map { ".a.json.000000000000000\($0).conversation-history.tmp" }
        for name in names { scene.home.write("library/conversations/\(name)", [1]) }
        scene.home.setModified("library/conversations/\(names[0])", secondsAgo: 90_000)
        #expect(try await scene.listed().count == 1)
        #expect(scene.home.mode("library/conversations/\(names[0])") == nil)
        #expect(scene.home.mode("library/conversations/\(names[1])") != nil)
    }

    @Test("A save does not look through the directory, however many conversations there are")
    func saveCost() async throws {
        try await scene.add("a", "hello")
        let calls = FaultySystemCalls()
        let library = scene.library(calls: calls)
        _ = try await library.create(NewConversation(id: "b"))
        try await library.rename("b", to: "new")
        try await library.store(for: "c").save(LibraryScene.Snapshot(messages: [.user("hello")]))
        #expect(!calls.names.contains("readdir"))
    }

    @Test("A history that is put there by hand is a conversation")
    func adopted() async throws {
        try await scene.add("a", "hello")
        let snapshot = LibraryScene.Snapshot(messages: [.user("from elsewhere")])
        scene.home.write("library/conversations/copied.json", try snapshot.encoded())
        #expect(try await scene.listed().map(\.id) == ["a", "copied"])
        #expect(try await scene.library().store(for: "copied").load() == snapshot)
        let first = try await scene.library().info(of: "copied")
        try await scene.library().rename("copied", to: "mine")
        #expect(try await scene.library().info(of: "copied").created == first.created)
    }

    @Test("A damaged history is listed with what was known, refused, and can be deleted", arguments: [true, false])
    func damaged(isKnown: Bool) async throws {
        let infos = try await fill()
        let library = scene.library()
        if isKnown { _ = try await library.list(ListRequest()) } else { scene.home.remove("library/index.json") }
        let body = try #require(scene.home.read("library/conversations/a.json"))
        scene.home.write("library/conversations/a.json", Array(body.prefix(body.count / 2)))
        let listed = try await scene.listed()
        #expect(listed.map(\.id) == infos.map(\.id))
        var expected = try #require(infos.first { $0.id == "a" })
        expected.isDamaged = true
        if isKnown { #expect(listed.first { $0.id == "a" } == expected) }
        #expect(listed.filter(\.isDamaged).map(\.id) == ["a"])
        let other = scene.library()
        #expect(
            await failure { () throws(HistoryStoreError) in _ = try await other.store(for: "a").load() }?.code
                == .damaged
        )
        #expect(
            await failure { () throws(HistoryStoreError) in try await other.rename("a", to: "x") }?.code == .damaged
        )
        let snapshot = LibraryScene.Snapshot(messages: [])
        #expect(await failure { () throws(HistoryStoreError) in try await other.store(for: "a").save(snapshot) } != nil)
        #expect(try await other.search(SearchRequest("three")).count == 1)
        #expect(try await other.verify().map(\.kind) == [.damagedHistory])
        // To another owner it does not exist, damaged or not. If its owner is not known, it may be the caller's own, and
        // must not look like a conversation that was never written.
        let foreign = other.scoped(to: Owner(user: "bob"))
        if isKnown {
            #expect(try await foreign.store(for: "a").load() == nil)
        } else {
            let error = await failure { () throws(HistoryStoreError) in _ = try await foreign.store(for: "a").load() }
            #expect(error?.code == .damaged)
        }
        #expect(
            await failure { () throws(HistoryStoreError) in try await foreign.rename("a", to: "x") }?.code
                == (isKnown ? .notFound : .damaged)
        )
        #expect(await failure { () throws(HistoryStoreError) in try await foreign.delete("a") }?.code == .notFound)
        try await other.delete("a")
        #expect(try await scene.listed(trash: .only).map(\.isDamaged) == [true])
        #expect(try await scene.library().purge(.everything).conversations == ["a"])
    }

    @Test("Symbolic links are not followed", arguments: ["body", "conversations", "artifacts"])
    func links(_ what: String) async throws {
        try await scene.add("a", "hello")
        let library = scene.library()
        _ = try await library.saveArtifact([1], named: "task.md", in: "a")
        let outside = LibraryScene()
        try await outside.add("x", "outside")
        _ = try await outside.library().saveArtifact([9], named: "task.md", in: "x")
        let root = try #require(try DurableDirectory.open(path: scene.path))
        switch what {
        case "body":
            scene.home.makeLink("library/conversations/x.json", to: outside.path + "/conversations/x.json")
            #expect(try await scene.listed().map(\.id) == ["a"])
            let snapshot = LibraryScene.Snapshot(messages: [])
            #expect(
                await failure { () throws(HistoryStoreError) in _ = try await library.store(for: "x").load() } != nil
            )
            #expect(
                await failure { () throws(HistoryStoreError) in try await library.store(for: "x").save(snapshot) }
                    != nil
            )
        case "conversations":
            try root.move("conversations", to: root, as: "old")
            scene.home.makeLink("library/conversations", to: outside.path + "/conversations")
            let library = scene.library()
            #expect(await failure { () throws(HistoryStoreError) in _ = try await library.list(ListRequest()) } != nil)
            #expect(
                await failure { () throws(HistoryStoreError) in _ = try await library.store(for: "x").load() } != nil
            )
        default:
            try root.removeTree("artifacts")
            scene.home.makeDirectory("library/artifacts")
            scene.home.makeLink("library/artifacts/a", to: outside.path + "/artifacts/x")
            #expect(
                await failure { () throws(HistoryStoreError) in
                    _ = try await library.artifact(named: "task.md", in: "a")
                } != nil
            )
        }
        #expect(try await outside.library().info(of: "x").messageCount == 1)
        #expect(try await outside.library().artifact(named: "task.md", in: "x").data == [9])
    }
}
