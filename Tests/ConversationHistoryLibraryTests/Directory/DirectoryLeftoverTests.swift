import DurableFiles
import Foundation
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("What is left where something ended too early")
struct DirectoryLeftoverTests {
    private func scene() async throws -> LibraryScene {
        let scene = LibraryScene()
        try await scene.add("a", "hello")
        for byte: UInt8 in 1...3 { _ = try await scene.library().saveArtifact([byte], named: "task.md", in: "a") }
        _ = try await scene.library().saveArtifact([4], named: "other", in: "a")
        return scene
    }

    /// The paths of all files below a directory.
    private func files(_ directory: DurableDirectory, _ prefix: String = "") throws -> [String] {
        var files: [String] = []
        for name in try directory.names() {
            if let inner = try directory.status(of: name)?.kind == .directory ? directory.subdirectory(name) : nil {
                files += try self.files(inner, prefix + name + "/")
            } else {
                files.append(prefix + name)
            }
        }
        return files.sorted()
    }

    private func artifacts(_ scene: LibraryScene) throws -> [String] {
        try files(try #require(try DurableDirectory.open(path: scene.path + "/artifacts/a")))
    }

    @Test("A removal that fails on its way is seen by a check, and done by the next one", arguments: [false, true])
    func removal(isKilled: Bool) async throws {
        let reference = try await scene()
        let counted = FaultySystemCalls()
        try await reference.library(calls: counted).removeArtifact(named: "task.md", in: "a")
        let expected = try artifacts(reference)
        for number in 1...counted.calls.count {
            let scene = try await scene()
            let calls = FaultySystemCalls(isKilled ? .stop : .fail(5), atCall: number)
            let error = await failure { () throws(HistoryStoreError) in
                try await scene.library(calls: calls).removeArtifact(named: "task.md", in: "a")
            }
            let comment: Comment = "call \(number), \(counted.names[number - 1])"
            guard error != nil || isKilled else {
                #expect(try artifacts(scene) == expected, comment)
                continue
            }
            if try artifacts(scene) != expected {
                let isListed = try await scene.library().artifacts(in: "a").count == 2
                let isReported = try await !scene.library().verify().isEmpty
                #expect(isListed || isReported, comment)
                try await scene.library().removeArtifact(named: "task.md", in: "a")
            }
            #expect(try artifacts(scene) == expected, comment)
            #expect(try await scene.library().verify() == [], comment)
        }
    }

    @Test("What a killed save of a file has left goes with the next change of the conversation's files")
    func killedSave() async throws {
        let counted = FaultySystemCalls()
        let data = [UInt8](repeating: 7, count: 1000)
        let reference = try await scene()
        _ = try await reference.library(calls: counted).saveArtifact(data, named: "large", type: nil, in: "a")
        for number in 1...counted.calls.count {
            let scene = try await scene()
            let before = try artifacts(scene)
            // As if the process had ended: nothing is put back.
            _ = await failure { () throws(HistoryStoreError) in
                _ = try await scene.library(calls: FaultySystemCalls(.stop, atCall: number))
                    .saveArtifact(data, named: "large", type: nil, in: "a")
            }
            let comment: Comment = "call \(number), \(counted.names[number - 1])"
            _ = try await scene.library().saveArtifact([5], named: "next", in: "a")
            var files = try artifacts(scene)
            if try await scene.library().artifacts(in: "a").contains(where: { $0.name == "large" }) {
                try await scene.library().removeArtifact(named: "large", in: "a")
                files = try artifacts(scene)
            }
            #expect(files.count == before.count + 2, comment)
            #expect(try await scene.library().verify() == [], comment)
        }
    }

    @Test("A purge finds all that is left anywhere")
    func purge() async throws {
        let scene = try await scene()
        try await scene.add("b", "hello")
        _ = try await scene.library().saveArtifact([1], named: "task.md", in: "b")
        try await scene.library().delete("b")
        _ = try await scene.listed()
        let before = try files(try #require(try DurableDirectory.open(path: scene.path)))
        let trashed = try #require(scene.names("trash").first { !$0.hasSuffix(".json") })
        let random = "0123456789abcdef.conversation-history.tmp"
        let places = [
            "artifacts/a/.x.\(random)", "artifacts/a/.records/.x.\(random)", "artifacts/a/.versions/.x.\(random)",
            "artifacts/a/.versions/0123456789abcdefghjkmnpqrs", "trash/\(trashed)/.x.\(random)", "trash/.x.\(random)",
            "conversations/.a.json.\(random)", ".index.json.\(random)",
        ]
        for place in places {
            scene.home.write("library/\(place)", [1])
            scene.home.setModified("library/\(place)", secondsAgo: 90_000)
        }
        #expect(try await !scene.library().verify().isEmpty)
        // Nothing is so old.
        _ = try await scene.library().purge(.deleted(before: .distantPast))
        #expect(try files(try #require(try DurableDirectory.open(path: scene.path))) == before)
        #expect(try await scene.library().verify() == [])
    }

    // MARK: - Backups

    @Test("What a killed backup has left is removed by the next one when it is old")
    func killedBackup() async throws {
        let scene = try await scene()
        let counted = FaultySystemCalls()
        try await scene.library(calls: counted).backUp(to: scene.home.path("counted"))
        for number in stride(from: 1, through: counted.calls.count, by: 7) {
            let calls = FaultySystemCalls(.stop, atCall: number)
            let path = scene.home.path("copy-\(number)")
            _ = await failure { () throws(HistoryStoreError) in try await scene.library(calls: calls).backUp(to: path) }
        }
        let root = try #require(try DurableDirectory.open(path: scene.home.path))
        let left = try root.names().filter { $0.hasSuffix(".tmp") }
        #expect(!left.isEmpty)
        try await scene.library().backUp(to: scene.home.path("young"))
        #expect(try root.names().filter { $0.hasSuffix(".tmp") }.count == left.count)
        for name in left { scene.home.setModified(name, secondsAgo: 90_000) }
        try await scene.library().backUp(to: scene.home.path("next"))
        #expect(try root.names().filter { $0.hasSuffix(".tmp") } == [])
    }

    @Test("One that is still being made is not touched, however old it is")
    func runningBackup() async throws {
        let scene = try await scene()
        let running = try NewDirectory(path: scene.home.path("running"))
        let root = try #require(try DurableDirectory.open(path: scene.home.path))
        let name = try #require(try root.names().first { $0.hasSuffix(".tmp") })
        scene.home.setModified(name, secondsAgo: 90_000)
        try await scene.library().backUp(to: scene.home.path("next"))
        try running.install()
        #expect(scene.home.names().contains("running"))
    }
}
