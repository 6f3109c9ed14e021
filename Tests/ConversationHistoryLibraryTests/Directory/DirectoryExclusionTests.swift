import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("A library in a directory without lock files, as a backup is one")
struct DirectoryExclusionTests {
    /// What is removed when nobody has written there yet.
    private func removeLocks(_ scene: LibraryScene) throws {
        let directory = try #require(try DurableDirectory.open(path: scene.path + "/conversations"))
        for name in try directory.names() where name.hasSuffix(".lock") { try directory.remove(name) }
    }

    private func scene(inTrash: Bool = false) async throws -> LibraryScene {
        let scene = LibraryScene()
        try await scene.add("a", "hello")
        _ = try await scene.library().saveArtifact([1], named: "task.md", in: "a")
        if inTrash { try await scene.library().delete("a") }
        _ = try await scene.listed()
        try removeLocks(scene)
        return scene
    }

    @Test("is in the way of writers while it is copied or read as a whole", arguments: [true, false], [true, false])
    func locked(isBackup: Bool, inTrash: Bool) async throws {
        let scene = try await scene(inTrash: inTrash)
        let body = scene.path + "/conversations/a.json"
        let answers = Lock<[Bool]>([])
        let calls = FaultySystemCalls { call in
            guard call.name == "pread" else { return nil }
            // Somebody who wants to write just now; what keeps the lock from being tried is no writer.
            let file = try? DurableFile.open(path: body)
            let lock = try? file?.lock(.exclusive, timeout: .zero)
            answers.withLock { $0.append(lock != nil) }
            return nil
        }
        if isBackup {
            try await scene.library(calls: calls).backUp(to: scene.home.path("copy"))
        } else {
            _ = try await scene.library(calls: calls).contents(of: "a")
        }
        // Where the lock was free, somebody could write.
        #expect(answers.withLock { $0.last } == false)
    }

    @Test("is copied and read again where no lock can be made and it was changed meanwhile", arguments: [true, false])
    func again(isBackup: Bool) async throws {
        let scene = try await scene()
        let later = LibraryScene()
        try await later.add("a", "hello", "and more")
        for byte: UInt8 in 1...2 { _ = try await later.library().saveArtifact([byte], named: "task.md", in: "a") }
        let archives = try #require(try DurableDirectory.open(path: later.path + "/artifacts/a/.versions")).names()
        let names =
            ["conversations/a.json", "artifacts/a/task.md", "artifacts/a/.records/task.md.json"]
            + archives.map { "artifacts/a/.versions/" + $0 }
        let files = try names.map { (name: "library/" + $0, bytes: try #require(later.home.read("library/" + $0))) }
        let home = scene.home
        let hasWritten = Lock(false)
        let calls = FaultySystemCalls { call in
            guard call.name == "openat", let path = call.path else { return nil }
            // As on a medium that others may write and this user may not.
            if path.hasSuffix(".lock") { return .fail(30) }
            // When the history has been read.
            guard path == "task.md.json" else { return nil }
            let isFirst = hasWritten.withLock { hasWritten in
                defer { hasWritten = true }
                return !hasWritten
            }
            if isFirst { for file in files { home.write(file.name, file.bytes, mode: 0o600) } }
            return nil
        }
        let contents: ConversationContents<ChatMessage>
        if isBackup {
            try await scene.library(calls: calls).backUp(to: scene.home.path("copy"))
            contents = try await LibraryScene.Library(path: scene.home.path("copy")).contents(of: "a")
        } else {
            contents = try await scene.library(calls: calls).contents(of: "a")
        }
        #expect(contents.snapshot.messages.map(\.text) == ["hello", "and more"])
        #expect(contents.artifacts.map(\.data) == [[1], [2]])
    }

    @Test("that changes all the time is not copied half: it is busy")
    func neverStill() async throws {
        let scene = try await scene()
        let home = scene.home
        let count = Lock(0)
        let calls = FaultySystemCalls { call in
            guard call.name == "openat", let path = call.path else { return nil }
            if path.hasSuffix(".lock") { return .fail(30) }
            if path == "task.md" {
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                home.write("library/artifacts/a/other", [UInt8](repeating: 1, count: number))
            }
            return nil
        }
        let library = scene.library(calls: calls)
        let path = scene.home.path("copy")
        let error = await failure { () throws(HistoryStoreError) in try await library.backUp(to: path) }
        #expect(error?.code == .busy)
        #expect(!scene.home.names().contains("copy"))
    }
}
