import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Damage in the directory of a library")
struct DirectoryDamageTests {
    /// What has become of a history.
    enum Damage: CaseIterable {
        case half, oneByte, empty, zeros, garbage, middle, newerVersion, newerBody

        func apply(to bytes: [UInt8]) -> [UInt8] {
            let text = String(decoding: bytes, as: UTF8.self)
            switch self {
            case .half: return Array(bytes.prefix(bytes.count / 2))
            case .oneByte: return Array(bytes.prefix(1))
            case .empty: return []
            case .zeros: return [UInt8](repeating: 0, count: bytes.count)
            case .garbage: return bytes.map { $0 ^ 0x55 }
            case .middle:
                var bytes = bytes
                bytes[bytes.count / 2] ^= 1
                return bytes
            case .newerVersion: return Array(text.replacing("\"version\":2", with: "\"version\":3").utf8)
            case .newerBody: return Array("{\"format\":\"conversation-history\",\"version\":9,\"body\":[[1]]}".utf8)
            }
        }
    }

    /// What might write over a history.
    enum Attempt: CaseIterable {
        case load, save, blindSave, rename, append, entries, fork, create

        func run(in library: LibraryScene.Library) async throws(HistoryStoreError) {
            let snapshot = LibraryScene.Snapshot(messages: [.user("over it")])
            switch self {
            case .load: _ = try await library.store(for: "a").load()
            case .save:
                let store = library.store(for: "a")
                // As one does who takes a failed load for an empty history.
                _ = try? await store.load()
                try await store.save(snapshot)
            case .blindSave: try await library.store(for: "a").save(snapshot)
            case .rename: try await library.rename("a", to: "x")
            case .append: try await library.append([HistoryEntry(.message(.user("over it")))], to: "a")
            case .entries: _ = try await library.entries(of: "a")
            case .fork: _ = try await library.fork("a")
            case .create: _ = try await library.create(NewConversation(id: "a"))
            }
        }
    }

    let scene = LibraryScene()

    private func fill() async throws -> [ConversationInfo] {
        try await scene.add("a", "one", "two", owner: Owner(user: "ada"))
        try await scene.add("b", "three")
        try await scene.add("c")
        _ = try await scene.library().saveArtifact([1], named: "task.md", in: "a")
        return try await scene.listed()
    }

    @Test(
        "A damaged history is listed as damaged, is not written over, and is no harm to others",
        arguments: Damage.allCases
    )
    func body(_ damage: Damage) async throws {
        let infos = try await fill()
        let name = "library/conversations/a.json"
        let sound = try #require(scene.home.read(name))
        let bytes = damage.apply(to: sound)
        #expect(bytes != sound)
        // What a later version wrote cannot be read, and is not damaged.
        let isNewer = damage == .newerVersion || damage == .newerBody
        for isKnown in [true, false] {
            scene.home.write(name, bytes)
            if !isKnown { scene.home.remove("library/index.json") }
            let library = scene.library()
            for _ in 0..<2 {
                let listed = try await library.list(ListRequest(limit: .max)).conversations
                #expect(listed.map(\.id).sorted() == ["a", "b", "c"], "known: \(isKnown)")
                #expect(listed.filter(\.isDamaged).map(\.id) == (isNewer ? [] : ["a"]), "known: \(isKnown)")
            }
            #expect(try await library.info(of: "a").isDamaged == !isNewer)
            #expect(try await library.search(SearchRequest("three")).count == 1)
            for attempt in Attempt.allCases {
                let error = await failure { () throws(HistoryStoreError) in try await attempt.run(in: library) }
                #expect(error != nil && error?.code != .notFound, "\(attempt): \(error as Any)")
                #expect(scene.home.read(name) == bytes, "\(attempt)")
            }
            #expect(try await library.verify().map(\.kind) == [isNewer ? .unreadableHistory : .damagedHistory])
            try await library.rename("b", to: "still \(isKnown)")
            // What belongs to it is still there, and it can go into the trash and come back.
            #expect(try await library.artifact(named: "task.md", in: "a").data == [1])
            try await library.delete("a")
            #expect(try await scene.listed(trash: .only).map(\.id) == ["a"])
            try await library.restore("a")
            #expect(scene.home.read(name) == bytes)
        }
        // Whoever has a copy puts it back, and that is all.
        scene.home.write(name, sound)
        #expect(try await scene.listed().first == infos.first)
        #expect(try await scene.library().verify() == [])
    }

    @Test("To a library of another type of messages none is damaged, and nothing is changed by it")
    func otherMessages() async throws {
        let infos = try await fill()
        let bodies = ["a", "b", "c"].map { scene.home.read("library/conversations/\($0).json") }
        let other = DirectoryConversationLibrary<OtherMessage>(path: scene.path)
        let listed = try await other.list().conversations
        #expect(listed.sorted { $0.id < $1.id } == infos)
        #expect(listed.allSatisfy { !$0.isDamaged })
        #expect(try await other.verify().map(\.kind) == [.unreadableHistory, .unreadableHistory, .unreadableHistory])
        #expect(
            await failure { () throws(HistoryStoreError) in _ = try await other.store(for: "a").load() }?.code
                == .wrongMessageType
        )
        #expect(try await scene.listed() == infos)
        #expect(["a", "b", "c"].map { scene.home.read("library/conversations/\($0).json") } == bodies)
    }

    @Test("An index that is older than the histories changes no answer")
    func staleIndex() async throws {
        _ = try await fill()
        let old = try #require(scene.home.read("library/index.json"))
        let library = scene.library()
        try await library.rename("a", to: "new")
        try await library.append([HistoryEntry(.message(.user("four")))], to: "b")
        try await library.delete("c")
        _ = try await library.create(NewConversation(id: "d"))
        let (live, trash) = (try await scene.listed(), try await scene.listed(trash: .only))
        #expect(live.map(\.id) == ["a", "b", "d"])
        scene.home.write("library/index.json", old)
        #expect(try await scene.listed() == live)
        scene.home.write("library/index.json", old)
        #expect(try await scene.listed(trash: .only) == trash)
        scene.home.write("library/index.json", old)
        #expect(try await scene.library().verify() == [])
        #expect(try await scene.library().info(of: "a").title == "new")
    }

    @Test(
        "Where the index should be stands something else: it is left alone",
        arguments: ["directory", "link", "FIFO"]
    )
    func noIndex(_ what: String) async throws {
        let infos = try await fill()
        let outside = TemporaryDirectory()
        outside.write("index", Array("another's".utf8))
        scene.home.remove("library/index.json")
        switch what {
        case "directory": scene.home.makeDirectory("library/index.json")
        case "link": scene.home.makeLink("library/index.json", to: outside.path("index"))
        default: scene.home.makeFIFO("library/index.json")
        }
        for _ in 0..<2 { #expect(try await scene.listed() == infos) }
        try await scene.library().rename("a", to: "new")
        #expect(try await scene.library().info(of: "a").title == "new")
        #expect(outside.read("index") == Array("another's".utf8))
    }

    @Test("A directory in the place of a history is passed over, and nothing is put into its place")
    func directoryAsBody() async throws {
        let infos = try await fill()
        let body = try #require(scene.home.read("library/conversations/a.json"))
        scene.home.remove("library/conversations/a.json")
        scene.home.makeDirectory("library/conversations/a.json")
        scene.home.write("library/conversations/a.json/inside", [1])
        #expect(try await scene.listed().map(\.id) == ["b", "c"])
        let library = scene.library()
        for attempt in Attempt.allCases {
            let error = await failure { () throws(HistoryStoreError) in try await attempt.run(in: library) }
            #expect(error != nil, "\(attempt)")
        }
        #expect(scene.home.read("library/conversations/a.json/inside") == [1])
        #expect(try await library.verify().map(\.kind) == [.stray, .stray])
        let root = try #require(try DurableDirectory.open(path: scene.path + "/conversations"))
        try root.removeTree("a.json")
        scene.home.write("library/conversations/a.json", body)
        #expect(try await scene.listed().map(\.id) == infos.map(\.id))
        #expect(try await scene.library().artifact(named: "task.md", in: "a").data == [1])
    }

    @Test(
        "A file or a link in the place of a directory is an error, never an empty list, and is left alone",
        arguments: [
            "conversations", "trash", "artifacts", "artifacts/a", "artifacts/a/.records", "artifacts/a/.versions",
        ],
        [true, false]
    )
    func noDirectory(_ part: String, isLink: Bool) async throws {
        let infos = try await fill()
        try await scene.add("d", "deleted")
        try await scene.library().delete("d")
        let root = try #require(try DurableDirectory.open(path: scene.home.path))
        let aside = "aside"
        try move(part, to: aside, root)
        let outside = TemporaryDirectory()
        outside.write("precious", [1])
        if isLink {
            scene.home.makeLink("library/\(part)", to: outside.path)
        } else {
            scene.home.write("library/\(part)", [1])
        }
        let library = scene.library()
        do throws(HistoryStoreError) {
            #expect(try await library.list(ListRequest(limit: .max)).conversations.count == 3)
        } catch {
            // Lists do not look at artifacts.
            #expect(!part.hasPrefix("artifacts"))
            #expect(error.location.contains(part))
        }
        _ = await failure { () throws(HistoryStoreError) in
            _ = try await library.saveArtifact([2], named: "task.md", in: "a")
        }
        _ = await failure { () throws(HistoryStoreError) in
            try await library.store(for: "new").save(LibraryScene.Snapshot(messages: []))
        }
        _ = await failure { () throws(HistoryStoreError) in try await library.delete("b") }
        _ = await failure { () throws(HistoryStoreError) in try await library.removeArtifact(named: "task.md", in: "a")
        }
        _ = await failure { () throws(HistoryStoreError) in _ = try await library.purge(.everything) }
        #expect(outside.names() == ["precious"])
        #expect(scene.home.isSymbolicLink("library/\(part)") == isLink)
        if !isLink { #expect(scene.home.read("library/\(part)") == [1]) }
        scene.home.remove("library/\(part)")
        try move(aside, to: part, root, isBack: true)
        #expect(Set(infos.map(\.id)).subtracting(["b"]).isSubset(of: try await scene.listed().map(\.id)))
        #expect(try await scene.library().store(for: "a").load()?.messages.count == 2)
    }

    private func move(_ name: String, to newName: String, _ home: DurableDirectory, isBack: Bool = false) throws {
        let part = isBack ? newName : name
        var parent = try #require(try home.subdirectory("library"))
        let names = part.split(separator: "/").map(String.init)
        for name in names.dropLast() { parent = try #require(try parent.subdirectory(name)) }
        let last = names[names.count - 1]
        if isBack {
            try home.move(name, to: parent, as: last)
        } else if try parent.status(of: last) != nil {
            try parent.move(last, to: home, as: newName)
        } else {
            // There is none yet: what is moved back is an empty one.
            scene.home.makeDirectory(newName)
        }
    }
}

/// A message of another type.
private struct OtherMessage: HistoryMessage, Codable {
    var text: String
    var role: MessageRole { .user }
    var searchableText: String { text }
}
