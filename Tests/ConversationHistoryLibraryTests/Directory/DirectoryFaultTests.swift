import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("A library in a directory whose process dies at any call")
struct DirectoryFaultTests {
    /// Something that a library is asked to do, with a conversation "a" and one in the trash, "b", each with a file.
    enum Verb: String, CaseIterable {
        case create, save, saveAppended, saveEdited, rename, append, delete, restore, purge, fork
        case artifact, removeArtifact, list
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

    /// Loads a conversation and saves it as something else.
    private func edit(
        _ library: LibraryScene.Library,
        _ change: (inout LibraryScene.Snapshot) -> Void
    ) async throws(HistoryStoreError) {
        let store = library.store(for: "a")
        guard var snapshot = try await store.load() else { throw .noSuchConversation("edit") }
        change(&snapshot)
        try await store.save(snapshot)
    }

    private func run(_ verb: Verb, _ library: LibraryScene.Library) async throws(HistoryStoreError) {
        switch verb {
        case .create: _ = try await library.create(NewConversation(id: "new", title: "new"))
        case .save: try await library.store(for: "new").save(LibraryScene.Snapshot(messages: [.user("new")]))
        case .saveAppended:
            let entry = HistoryEntry<ChatMessage>(.message(.user("new")), id: "new", date: nil)
            try await edit(library) { $0.appendUnchecked(entry) }
        case .saveEdited:
            try await edit(library) { snapshot in
                var entry = snapshot.entries[0]
                entry.content = .message(.user("edited"))
                snapshot.replaceUnchecked(at: 0, with: entry)
            }
        case .rename: try await library.rename("a", to: "new")
        case .append: try await library.append([HistoryEntry(.message(.user("new")))], to: "a")
        case .delete: try await library.delete("a")
        case .restore: try await library.restore("b")
        case .purge: _ = try await library.purge(.everything)
        case .fork: _ = try await library.fork("a", as: NewConversation(id: "new"))
        case .artifact: _ = try await library.saveArtifact([3], named: "task.md", in: "a")
        case .removeArtifact: try await library.removeArtifact(named: "task.md", in: "a")
        case .list: _ = try await library.list(ListRequest())
        }
    }

    /// What everything comes to that was not asked to change.
    private struct Outcome: Equatable {
        var ids: [ConversationID]
        var deleted: [ConversationID]
        var titles: [String?]
        var texts: [[String]]
        var artifacts: [[UInt8]]
    }

    private func outcome(_ scene: LibraryScene) async throws -> Outcome {
        let library = scene.library()
        let (live, deleted) = (try await scene.listed(), try await scene.listed(trash: .only))
        var artifacts: [[UInt8]] = []
        var texts: [[String]] = []
        for info in live {
            let snapshot = try #require(try await library.store(for: info.id).load())
            #expect(snapshot.messages.count == info.messageCount)
            texts.append(snapshot.messages.map(\.text))
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
            texts: texts,
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

    @Test("A call that fails is reported or does no harm, and then all can be done", arguments: Verb.allCases)
    func fails(_ verb: Verb) async throws {
        let reference = try await scene()
        let before = try await outcome(reference)
        let sound = FaultySystemCalls()
        try await run(verb, reference.library(durability: .full, calls: sound))
        let after = try await outcome(reference)
        // The calls that may find that there is no room.
        let needRoom: Set = ["openat", "pwrite", "mkdirat", "renameat", "fsync", "fdatasync"]
        for errno in [ErrorNumber.inputOutput] + ErrorNumber.noSpace.sorted().prefix(1) {
            for number in 1...sound.calls.count {
                guard errno == ErrorNumber.inputOutput || needRoom.contains(sound.names[number - 1]) else { continue }
                let scene = try await scene()
                let calls = FaultySystemCalls(.fail(errno), atCall: number)
                let library = scene.library(durability: .full, calls: calls)
                let error = await failure { () throws(HistoryStoreError) in try await run(verb, library) }
                let comment: Comment = "\(verb), \(errno) from call \(number), \(sound.names[number - 1])"
                let now = try await outcome(scene)
                #expect(error == nil ? now == after : now == before || now == after, comment)
                #expect(calls.openCount == 0, comment)
                // The same instance goes on as if nothing had been.
                if now != after { try await run(verb, library) }
                #expect(try await outcome(scene) == after, comment)
                #expect(try await scene.library().verify().allSatisfy { $0.kind == .stray }, comment)
            }
        }
    }

    @Test("A store whose save failed saves all that is missing with the next one", arguments: [true, false])
    func retriedSave(isAppended: Bool) async throws {
        func changed(_ snapshot: LibraryScene.Snapshot) throws -> LibraryScene.Snapshot {
            var changed = snapshot
            try changed.append(HistoryEntry(.message(.user("new")), id: "new", date: nil))
            if !isAppended { try changed.setPinned(true, changed.entries[0].id) }
            return changed
        }
        for errno in [ErrorNumber.inputOutput] + ErrorNumber.noSpace.sorted().prefix(1) {
            var number = 1
            while true {
                let (scene, faults) = (LibraryScene(), PlannedFaults())
                let old = try await scene.add("a", "hello")
                let store = scene.library(durability: .full, calls: faults.calls).store(for: "a")
                let new = try changed(try #require(try await store.load()))
                let failing = number
                faults.begin { place, _ in place == failing ? .fail(errno) : nil }
                let error = await failure { () throws(HistoryStoreError) in try await store.save(new) }
                // There was no such call any more.
                if faults.end().count < number { break }
                let found = try await scene.library().store(for: "a").load()
                #expect(error == nil ? found == new : found == old || found == new, "call \(number)")
                try await store.save(new)
                #expect(try await scene.library().store(for: "a").load() == new, "call \(number)")
                #expect(try await scene.listed().map(\.entryCount) == [new.entries.count], "call \(number)")
                number += 1
            }
            #expect(number > 10, "the save made no calls that could fail")
        }
    }
}
