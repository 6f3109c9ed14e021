import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A library in a directory whose process dies at any call")
struct DirectoryFaultTests {
    /// Something that a library is asked to do, with a conversation "a" and one in the trash, "b", each with a file.
    enum Verb: String, CaseIterable {
        case create, save, rename, append, delete, restore, purge, fork, artifact, list
    }

    private func scene() async throws -> LibraryScene {
        let scene = LibraryScene()
        for id in ["a", "b"] as [ConversationID] {
            try await scene.add(id, "hello")
            let library = scene.library()
            _ = try await library.saveArtifact([1], named: "task.md", in: id)
            _ = try await library.saveArtifact([2], named: "task.md", in: id)
        }
        try await scene.library().delete("b")
        _ = try await scene.listed()
        return scene
    }

    private func run(_ verb: Verb, _ library: LibraryScene.Library) async throws(HistoryStoreError) {
        switch verb {
        case .create: _ = try await library.create(NewConversation(id: "new", title: "new"))
        case .save: try await library.store(for: "new").save(LibraryScene.Snapshot(messages: [.user("new")]))
        case .rename: try await library.rename("a", to: "new")
        case .append: try await library.append([HistoryEntry(.message(.user("new")))], to: "a")
        case .delete: try await library.delete("a")
        case .restore: try await library.restore("b")
        case .purge: _ = try await library.purge(.everything)
        case .fork: _ = try await library.fork("a", as: NewConversation(id: "new"))
        case .artifact: _ = try await library.saveArtifact([3], named: "task.md", in: "a")
        case .list: _ = try await library.list(ListRequest())
        }
    }

    /// What everything comes to that was not asked to change.
    private struct Outcome: Equatable {
        var ids: [ConversationID]
        var deleted: [ConversationID]
        var titles: [String?]
        var counts: [Int]
        var artifacts: [[UInt8]]
    }

    private func outcome(_ scene: LibraryScene) async throws -> Outcome {
        let library = scene.library()
        let (live, deleted) = (try await scene.listed(), try await scene.listed(trash: .only))
        var artifacts: [[UInt8]] = []
        for info in live {
            #expect(try await library.store(for: info.id).load()?.messages.count == info.messageCount)
            for artifact in try await library.artifacts(in: info.id) {
                for version in 1...artifact.version {
                    artifacts.append(
                        try await library.artifact(named: artifact.name, version: version, in: info.id).data
                    )
                }
            }
        }
        return Outcome(
            ids: live.map(\.id),
            deleted: deleted.map(\.id),
            titles: live.map(\.title),
            counts: live.map(\.messageCount),
            artifacts: artifacts
        )
    }

    @Test("It is as before or as after, and works on", arguments: Verb.allCases)
    func stops(_ verb: Verb) async throws {
        let reference = try await scene()
        let before = try await outcome(reference)
        scene(reference, removesIndexFor: verb)
        let sound = FaultySystemCalls()
        try await run(verb, reference.library(durability: .full, calls: sound))
        let after = try await outcome(reference)
        #expect(sound.openCount == 0)
        #expect((before == after) == (verb == .list))
        for number in 1...sound.calls.count {
            let scene = try await scene()
            self.scene(scene, removesIndexFor: verb)
            let calls = FaultySystemCalls(.stop, atCall: number)
            var isDone = false
            do throws(HistoryStoreError) {
                try await run(verb, scene.library(durability: .full, calls: calls))
                isDone = true
            } catch {}
            let comment: Comment = "\(verb), call \(number) of \(sound.calls.count), \(sound.names[number - 1])"
            let now = try await outcome(scene)
            #expect(isDone ? now == after : now == before || now == after, comment)
            // And all of it can still be done.
            let library = scene.library()
            if now == before, verb != .list { try await run(verb, library) }
            #expect(try await outcome(scene) == after, comment)
            if now.deleted.contains("b"), after.deleted.contains("b") {
                try await library.restore("b")
                #expect(try await library.artifact(named: "task.md", version: 1, in: "b").data == [1], comment)
                #expect(try await library.artifact(named: "task.md", in: "b").data == [2], comment)
            }
            if verb == .delete {
                try await library.restore("a")
                #expect(try await library.artifact(named: "task.md", in: "a").data == [2], comment)
                #expect(try await library.artifact(named: "task.md", version: 1, in: "a").data == [1], comment)
            }
        }
    }

    private func scene(_ scene: LibraryScene, removesIndexFor verb: Verb) {
        // So that a list has something to write.
        if verb == .list { scene.home.remove("library/index.json") }
    }

    @Test("A call that fails is reported or does no harm", arguments: Verb.allCases)
    func fails(_ verb: Verb) async throws {
        let reference = try await scene()
        let before = try await outcome(reference)
        let sound = FaultySystemCalls()
        try await run(verb, reference.library(durability: .full, calls: sound))
        let after = try await outcome(reference)
        for number in 1...sound.calls.count {
            let scene = try await scene()
            let errno = number % 2 == 0 ? ErrorNumber.inputOutput : ErrorNumber.noSpace.min() ?? 0
            let calls = FaultySystemCalls(.fail(errno), atCall: number)
            let library = scene.library(durability: .full, calls: calls)
            let error = await failure { () throws(HistoryStoreError) in try await run(verb, library) }
            let comment: Comment = "\(verb), call \(number) of \(sound.calls.count), \(sound.names[number - 1])"
            let now = try await outcome(scene)
            #expect(error == nil ? now == after : now == before || now == after, comment)
            #expect(calls.openCount == 0, comment)
        }
    }
}
