import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

@Suite("A backup of a library in a directory")
struct DirectoryBackupTests {
    private func filled() async throws -> LibraryScene {
        let scene = LibraryScene()
        for id in ["a", "b", "../c"] as [ConversationID] {
            try await scene.add(id, "hello", "world")
            for number: UInt8 in 1...3 {
                _ = try await scene.library().saveArtifact([number], named: "task.md", in: id)
            }
        }
        try await scene.library().delete("b")
        _ = try await scene.listed()
        return scene
    }

    private func exported(_ library: LibraryScene.Library) async throws -> [UInt8] {
        try await LibraryExporter(library, includesTrash: true).exported()
    }

    /// The hidden names in a directory.
    private func names(_ path: String) -> [String] {
        do throws(FileFailure) {
            return try DurableDirectory.open(path: path)?.names().filter { $0.hasPrefix(".") } ?? []
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    @Test("holds every byte, and none of what is no conversation")
    func bytes() async throws {
        let scene = try await filled()
        // One that is damaged, and things that others have put there.
        scene.home.write("library/conversations/damaged.json", Array("{".utf8))
        scene.home.write("library/conversations/notes.txt", [1])
        scene.home.write("library/conversations/.x.conversation-history.lock", [])
        scene.home.write("library/artifacts/a/.task.md.0123456789abcdef.conversation-history.tmp", [1])
        try await scene.library().backUp(to: scene.home.path("copy"))
        let copy = LibraryScene.Library(path: scene.home.path("copy"))
        let unreadable = try await LibraryExporter(copy).export { _ in }.unreadable.map(\.id)
        #expect(unreadable == ["damaged"])
        #expect(scene.home.read("copy/conversations/damaged.json") == Array("{".utf8))
        for name in ["conversations/a.json", "artifacts/a/task.md", "artifacts/a/.records/task.md.json"] {
            let copied = try #require(scene.home.read("copy/" + name))
            #expect(copied == scene.home.read("library/" + name))
        }
        #expect(scene.home.read("copy/conversations/notes.txt") == nil)
        let hidden = ["conversations", "artifacts/a"].flatMap { names(scene.home.path("copy/" + $0)) }
        #expect(hidden.sorted() == [".records", ".versions"])
    }

    @Test("of a library that was moved is the same")
    func moved() async throws {
        let scene = try await filled()
        try await scene.library().backUp(to: scene.home.path("copy"))
        let before = try await exported(scene.library())
        let copy = LibraryScene.Library(path: scene.home.path("copy"))
        #expect(try await exported(copy) == before)
        #expect(try await copy.info(of: "b").deleted == scene.library().info(of: "b").deleted)
        #expect(try await copy.contents(of: "b").artifacts.map(\.data) == [[1], [2], [3]])
    }

    @Test("is not made where something stands, and leaves that as it is", arguments: ["copy", "copy/", "file"])
    func taken(_ name: String) async throws {
        let scene = try await filled()
        scene.home.makeDirectory("copy")
        scene.home.write("copy/kept", [1])
        scene.home.write("file", [2])
        do throws(HistoryStoreError) {
            try await scene.library().backUp(to: scene.home.path(name))
            Issue.record("It did not throw.")
        } catch { #expect(error.code == .alreadyExists) }
        #expect(scene.home.read("copy/kept") == [1] && scene.home.read("file") == [2])
    }

    @Test("in a directory that is not there is an error that names it")
    func missing() async throws {
        let scene = try await filled()
        do throws(HistoryStoreError) {
            try await scene.library().backUp(to: scene.home.path("none/copy"))
            Issue.record("It did not throw.")
        } catch {
            #expect(error.code == .notFound && error.location.hasSuffix("none"), "\(error)")
        }
    }

    @Test("of which any call fails leaves nothing, and the library as it was")
    func everyCallFails() async throws {
        let scene = LibraryScene()
        try await scene.add("a", "hello")
        _ = try await scene.library().saveArtifact([1], named: "task.md", in: "a")
        let before = try await exported(scene.library())
        let counted = FaultySystemCalls()
        try await scene.library(calls: counted).backUp(to: scene.home.path("counted"))
        var whole: [String] = []
        for number in 1...counted.calls.count {
            let calls = FaultySystemCalls(.fail(5), atCall: number)
            let name = "copy-\(number)"
            do throws(HistoryStoreError) {
                try await scene.library(calls: calls).backUp(to: scene.home.path(name))
                whole.append(name)
            } catch {
                #expect(error.operation == "back up", "call \(number): \(error)")
                // What was installed, and may not outlive a loss of power, is whole.
                if error.code == .notDurable, scene.home.names().contains(name) { whole.append(name) }
            }
        }
        let made = scene.home.names().filter { $0.hasPrefix("copy-") }
        #expect(made.sorted() == whole.sorted() && whole.count < counted.calls.count / 2)
        for name in whole {
            let copy = try await exported(LibraryScene.Library(path: scene.home.path(name)))
            #expect(copy == before, "\(name)")
        }
        #expect(try await exported(scene.library()) == before)
    }

    @Test("while others write holds each conversation as it was at one moment")
    func whileOthersWrite() async throws {
        let scene = try await filled()
        let ids = (0..<8).map { ConversationID("w\($0)") }
        for id in ids { try await scene.add(id, "0") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    let library = scene.library()
                    let store = library.store(for: id)
                    var snapshot = try #require(try await store.load())
                    for number in 1...20 {
                        try snapshot.append(.user("\(number)"))
                        try await store.save(snapshot)
                        if number % 5 == 0 {
                            try await library.delete(id)
                            try await library.restore(id)
                            _ = try await library.saveArtifact([UInt8(number)], named: "task.md", in: id)
                        }
                    }
                }
            }
            for number in 0..<4 {
                group.addTask { try await scene.library().backUp(to: scene.home.path("copy-\(number)")) }
            }
            try await group.waitForAll()
        }
        for number in 0..<4 {
            let copy = LibraryScene.Library(path: scene.home.path("copy-\(number)"))
            #expect(try await copy.verify() == [], "copy \(number)")
            for id in ids {
                let contents = try await copy.contents(of: id)
                let texts = contents.snapshot.messages.map(\.text)
                #expect(texts == (0..<texts.count).map(String.init), "copy \(number), \(id)")
                #expect(contents.artifacts.count <= texts.count / 5, "copy \(number), \(id)")
            }
        }
    }
}
