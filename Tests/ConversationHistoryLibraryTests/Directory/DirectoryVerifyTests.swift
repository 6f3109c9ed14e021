import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

@Suite("The check of a library in a directory")
struct DirectoryVerifyTests {
    let scene = LibraryScene()

    private func fill() async throws {
        for id in ["a", "b"] as [ConversationID] {
            try await scene.add(id, "hello")
            _ = try await scene.library().saveArtifact([1, 2], named: "task.md", in: id)
        }
        try await scene.library().delete("b")
    }

    @Test("reads what is in the trash, its files too")
    func trash() async throws {
        try await fill()
        #expect(try await scene.library().verify() == [])
        let name = try #require(scene.names("trash").first { !$0.hasSuffix(".json") })
        scene.home.write("library/trash/\(name)/task.md", [1, 3])
        let problems = try await scene.library().verify()
        #expect(problems.map(\.kind) == [.damagedArtifact])
        #expect(problems.first?.conversation == "b")
        // The place that is named is there.
        #expect(problems.first?.description.contains("trash/\(name)/.records/task.md.json") == true)
    }

    @Test("says of a history in the trash where it is damaged")
    func trashedHistory() async throws {
        try await fill()
        let name = try #require(scene.names("trash").first { $0.hasSuffix(".json") })
        var bytes = try #require(scene.home.read("library/trash/\(name)"))
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("hello".utf8)) })
        bytes[place] ^= 1
        scene.home.write("library/trash/\(name)", bytes)
        let problems = try await scene.library().verify()
        #expect(problems.map(\.kind) == [.damagedHistory])
        #expect(problems.first?.description.contains("checksum") == true)
        #expect(problems.first?.description.contains("trash/\(name)") == true)
    }

    @Test("does not report a version that is being saved meanwhile")
    func savedMeanwhile() async throws {
        try await fill()
        let later = LibraryScene()
        try await later.add("a", "hello")
        for byte: UInt8 in 1...2 { _ = try await later.library().saveArtifact([byte], named: "task.md", in: "a") }
        let archives = try #require(try DurableDirectory.open(path: later.path + "/artifacts/a/.versions")).names()
        let names =
            ["artifacts/a/task.md", "artifacts/a/.records/task.md.json"]
            + archives.map { "artifacts/a/.versions/" + $0 }
        let files = try names.map { (name: "library/" + $0, bytes: try #require(later.home.read("library/" + $0))) }
        let home = scene.home
        let hasWritten = Lock(false)
        let calls = FaultySystemCalls { call in
            // When the record has been read.
            guard call.name == "openat", call.path == "task.md" else { return nil }
            let isFirst = hasWritten.withLock { hasWritten in
                defer { hasWritten = true }
                return !hasWritten
            }
            if isFirst { for file in files { home.write(file.name, file.bytes, mode: 0o600) } }
            return nil
        }
        #expect(try await scene.library(calls: calls).verify() == [])
        #expect(hasWritten.withLock { $0 })
    }

    @Test("does not take for strays what is made, deleted or restored meanwhile", arguments: 3...8)
    func madeMeanwhile(moment: Int) async throws {
        try await fill()
        let made = LibraryScene()
        try await made.add("new", "hello")
        _ = try await made.library().saveArtifact([1], named: "task.md", in: "new")
        let names = ["conversations/new.json", "artifacts/new/task.md", "artifacts/new/.records/task.md.json"]
        let files = try names.map { (name: "library/" + $0, bytes: try #require(made.home.read("library/" + $0))) }
        let trashed = scene.names("trash")
        let home = scene.home
        let calls = FaultySystemCalls { call in
            guard call.name == "readdir", call.ordinal == moment else { return nil }
            home.makeDirectory("library/artifacts/new")
            home.makeDirectory("library/artifacts/new/.records")
            for file in files { home.write(file.name, file.bytes, mode: 0o600) }
            for name in trashed {
                // Restored.
                home.move(
                    "library/trash/\(name)",
                    to: name.hasSuffix(".json") ? "library/conversations/b.json" : "library/artifacts/b"
                )
            }
            return nil
        }
        #expect(try await scene.library(calls: calls).verify() == [])
    }

    // MARK: - Parts that are damaged

    @Test("A damaged file of a conversation leaves the rest of it to be exported", arguments: [false, true])
    func export(inTrash: Bool) async throws {
        try await fill()
        _ = try await scene.library().saveArtifact([7], named: "sound", in: "a")
        scene.home.write("library/artifacts/a/task.md", [1, 3])
        if inTrash { try await scene.library().delete("a") }
        var bytes: [UInt8] = []
        let report = try await LibraryExporter(scene.library(), includesTrash: true).export(["a"]) { bytes += $0 }
        #expect(report.conversationCount == 1)
        let copy = InMemoryConversationLibrary()
        try await LibraryImporter(copy).importing(bytes)
        let contents = try await copy.contents(of: "a")
        #expect(contents.snapshot.messages.map(\.text) == ["hello"])
        #expect(contents.artifacts.map(\.info.name) == ["sound"])
    }
}
