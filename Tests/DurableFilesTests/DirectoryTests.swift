import DurableFiles
import TestSupport
import Testing

@Suite("Directories")
struct DirectoryTests {
    let directory = TemporaryDirectory()

    private func opened() throws -> DurableDirectory {
        try #require(try DurableDirectory.open(path: directory.path))
    }

    @Test("Missing directories are created for their user only, with those that lead to them")
    func creates() throws {
        let path = directory.path("a/b/c")
        #expect(try DurableDirectory.open(path: path) == nil)
        let made = try DurableDirectory.openOrCreate(path: path + "/", durability: .full)
        #expect(try made.names().isEmpty)
        for name in ["a", "a/b", "a/b/c"] { #expect(directory.mode(name) == 0o700) }
        let inner = try made.subdirectory(creating: "d", durability: .full)
        #expect(inner.path == path + "//d" || inner.path == path + "/d")
        #expect(directory.mode("a/b/c/d") == 0o700)
    }

    @Test("A directory whose name could not be made durable is not taken for durable the next time")
    func failedSync() throws {
        let calls = FaultySystemCalls { $0.name == "fsync" && $0.ordinal == 1 ? .fail(ErrorNumber.inputOutput) : nil }
        let home = try #require(try DurableDirectory.open(path: directory.path, calls: calls))
        do throws(FileFailure) {
            _ = try home.subdirectory(creating: "a", durability: .full)
            Issue.record("The failure of the sync is not reported.")
        } catch { #expect(error.kind == .notDurable) }
        _ = try home.subdirectory(creating: "a", durability: .full)
        #expect(calls.syncCount == 2)
        #expect(directory.mode("a") == 0o700)
    }

    @Test("A directory is not called done before it has appeared")
    func failedInstall() throws {
        for ordinal in 1...2 {
            let path = directory.path("new-\(ordinal)")
            let calls = FaultySystemCalls {
                $0.name == "fsync" && $0.ordinal == ordinal ? .fail(ErrorNumber.inputOutput) : nil
            }
            let new = try NewDirectory(path: path, calls: calls)
            do throws(FileFailure) {
                try new.install()
                Issue.record("The failure of the sync is not reported.")
            } catch {
                #expect(error.kind == (ordinal == 1 ? .system : .notDurable))
                #expect((directory.mode("new-\(ordinal)") != nil) == (ordinal == 2))
            }
            new.discard()
        }
    }

    @Test("A directory that is there keeps its mode")
    func keeps() throws {
        directory.makeDirectory("a")
        directory.setMode("a", 0o755)
        _ = try DurableDirectory.openOrCreate(path: directory.path("a"), durability: .full)
        _ = try opened().subdirectory(creating: "a", durability: .full)
        #expect(directory.mode("a") == 0o755)
    }

    @Test("The path itself may be a link, and nothing inside")
    func links() throws {
        directory.makeDirectory("real")
        directory.makeLink("link", to: "real")
        directory.write("real/file", bytes("x"))
        directory.makeLink("real/alias", to: "file")
        #expect(try DurableDirectory.open(path: directory.path("link"))?.names().sorted() == ["alias", "file"])
        #expect(throws: FileFailure.self) { try opened().subdirectory("link") }
        let real = try #require(try opened().subdirectory("real"))
        #expect(try real.file("file").content() == bytes("x"))
        #expect(throws: FileFailure.self) { try real.file("alias").content() }
        #expect(throws: FileFailure.self) { try real.file("alias").identity() }
        #expect(throws: FileFailure.self) { try real.subdirectory("file") }
        let home = try opened()
        do throws(FileFailure) {
            _ = try home.subdirectory("link")
        } catch { #expect(error.kind == .notDirectory) }
    }

    @Test("No name leads elsewhere", arguments: ["", ".", "..", "a/b", "../a", "/", "a\0b"])
    func names(_ name: String) throws {
        let home = try opened()
        #expect(throws: FileFailure.self) { try home.subdirectory(name) }
        #expect(throws: FileFailure.self) { try home.file(name) }
        #expect(throws: FileFailure.self) { try home.remove(name) }
        directory.write("x", [])
        #expect(throws: FileFailure.self) { try home.move("x", to: home, as: name) }
        #expect(directory.names() == ["x"])
    }

    @Test("A file is moved between directories")
    func moves() throws {
        let home = try opened()
        let left = try home.subdirectory(creating: "left", durability: .full)
        let right = try home.subdirectory(creating: "right", durability: .full)
        directory.write("left/a", bytes("content"))
        try left.move("a", to: right, as: "b")
        try right.synchronize()
        #expect(try left.status(of: "a") == nil)
        #expect(try right.status(of: "b")?.kind == .regular)
        #expect(directory.read("right/b") == bytes("content"))
        #expect(throws: FileFailure.self) { try left.move("a", to: right, as: "c") }
    }

    @Test("A tree is removed, and what its links lead to stays")
    func removesTree() throws {
        directory.makeDirectory("tree")
        directory.makeDirectory("tree/inner")
        directory.write("tree/inner/file", bytes("x"))
        directory.makeDirectory("kept")
        directory.write("kept/file", bytes("x"))
        directory.makeLink("tree/link", to: "../kept")
        try opened().removeTree("tree")
        #expect(directory.names() == ["kept"])
        #expect(directory.read("kept/file") == bytes("x"))
        try opened().removeTree("tree")
    }

    @Test("Every call that fails is reported, and every descriptor closed", arguments: hardErrors)
    func faults(errno: CInt) throws {
        func attempt(_ calls: FaultySystemCalls) throws(FileFailure) {
            let home = TemporaryDirectory()
            let root = try DurableDirectory.openOrCreate(path: home.path("a/b"), durability: .full, calls: calls)
            let inner = try root.subdirectory(creating: "c", durability: .full)
            try inner.file("x").replace(bytes("x"))
            try inner.move("x", to: root, as: "y")
            try root.synchronize()
            try root.remove("y")
            try root.removeTree("c")
        }
        let sound = FaultySystemCalls()
        try attempt(sound)
        #expect(sound.openCount == 0)
        for call in sound.calls where call.name != "close" {
            let calls = FaultySystemCalls(.fail(errno), atCall: call.number)
            #expect(throws: FileFailure.self, "\(call.name)") { try attempt(calls) }
            #expect(calls.openCount == 0)
            let interrupted = FaultySystemCalls(.fail(ErrorNumber.interrupted), atCall: call.number)
            if call.name != "renameat" {
                #expect(throws: Never.self, "\(call.name)") { try attempt(interrupted) }
            }
        }
    }

    @Test("A directory that the file system cannot synchronize is none the worse for it")
    func unsupported() throws {
        let calls = FaultySystemCalls { $0.name == "fsync" ? .fail(ErrorNumber.invalidArgument) : nil }
        let home = try #require(try DurableDirectory.open(path: directory.path, calls: calls))
        try home.synchronize()
        #expect(calls.syncCount == 1)
    }
}
