import DurableFiles
import TestSupport
import Testing

@Suite("Files beside the file")
struct SiblingTests {
    let directory = TemporaryDirectory()
    let content = bytes("content")

    @Test("Long names work for everything", arguments: ["a", "é", "🗂"])
    func longNames(character: String) throws {
        let name = String(repeating: character, count: 252 / character.utf8.count)
        let other = String(name.dropLast()) + "b"
        let file = try DurableFile.open(path: directory.path(name))
        let first = try file.replace(content)
        try file.append(content, expecting: first)
        #expect(directory.read(name) == content + content)
        let lock = try file.lock(.exclusive, timeout: .zero)
        // The names are as good as equal, and cut off: their locks are apart nonetheless.
        let otherLock = try DurableFile.open(path: directory.path(other)).lock(.exclusive, timeout: .zero)
        otherLock.unlock()
        lock.unlock()
        let aside = try file.moveAside(suffix: "today")
        #expect(aside.hasSuffix(".damaged-today"))
        #expect(directory.names().contains { aside == directory.path($0) })
        #expect(directory.names().allSatisfy { $0.utf8.count <= 255 })
    }

    @Test("A name that is too long for the file system is refused as such")
    func tooLongName() {
        let failure = #expect(throws: FileFailure.self) {
            try DurableFile.open(path: directory.path(String(repeating: "a", count: 256)))
        }
        #expect(failure?.kind == .nameTooLong)
    }

    @Test("A temporary file is in the same directory, hidden, private, and of the package's pattern")
    func temporaryName() throws {
        let file = try DurableFile.open(path: directory.path("a.json"))
        _ = try file.replace(durability: .full) { (_) throws(FileFailure) in
            let names = directory.names()
            #expect(names.count == 1)
            #expect(names[0].hasPrefix(".a.json."))
            #expect(names[0].hasSuffix(".conversation-history.tmp"))
            #expect(directory.mode(names[0]) == 0o600)
        }
    }

    @Test("Only old temporary files of this very file are removed")
    func staleTemporaries() throws {
        let stale = ".a.json.0123456789abcdef.conversation-history.tmp"
        let young = ".a.json.fedcba9876543210.conversation-history.tmp"
        let kept = [
            ".a.json.0123456789abcdeX.conversation-history.tmp",
            ".a.json.0123456789abcde.conversation-history.tmp",
            ".b.json.0123456789abcdef.conversation-history.tmp",
            ".a.json.0123456789abcdef.tmp",
            "a.json",
        ]
        for name in kept + [stale, young] {
            directory.write(name, content)
            if name != young { directory.setModified(name, secondsAgo: 7200) }
        }
        let folder = ".a.json.00000000000000ff.conversation-history.tmp"
        directory.makeDirectory(folder)
        directory.setModified(folder, secondsAgo: 7200)
        let file = try DurableFile.open(path: directory.path("a.json"))
        #expect(file.removeStaleTemporaries(olderThan: 3600) == 1)
        #expect(directory.names() == (kept + [young, folder]).sorted())
    }

    @Test("Removing stale files is best effort: no failure shows, and each file is tried")
    func staleFailures() throws {
        for name in ["readdir", "unlinkat", "fstatat"] {
            directory.write(".a.json.0123456789abcdef.conversation-history.tmp", content)
            directory.write(".a.json.0123456789abcdff.conversation-history.tmp", content)
            let calls = FaultySystemCalls { call in
                // The first look at a name is that of opening.
                call.name == name && call.ordinal == (name == "fstatat" ? 2 : 1) ? .fail(ErrorNumber.inputOutput) : nil
            }
            let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
            #expect(file.removeStaleTemporaries(olderThan: -60) == (name == "readdir" ? 0 : 1))
        }
    }

    @Test("A damaged file is moved aside under the name that is asked for")
    func movesAside() throws {
        directory.write("a.json", content, mode: 0o640)
        directory.makeLink("link", to: "a.json")
        let calls = FaultySystemCalls()
        let file = try DurableFile.open(path: directory.path("link"), calls: calls)
        #expect(try file.moveAside(suffix: "2026") == directory.path("a.json.damaged-2026"))
        #expect(directory.read("a.json.damaged-2026") == content)
        #expect(directory.mode("a.json.damaged-2026") == 0o640)
        #expect(directory.names() == ["a.json.damaged-2026", "link"])
        #expect(calls.syncCount == 1)
    }

    @Test("Moving aside never overwrites")
    func movesAsideTwice() throws {
        directory.write("a.json.damaged-2026", bytes("precious"))
        directory.write("a.json", content)
        let path = try DurableFile.open(path: directory.path("a.json")).moveAside(suffix: "2026")
        #expect(directory.read("a.json.damaged-2026") == bytes("precious"))
        #expect(path.hasPrefix(directory.path("a.json.damaged-2026-")))
        #expect(directory.names().count == 2)
        #expect(try DurableFile.open(path: path).content() == content)
    }

    @Test("There must be a file to move aside, and the suffix must be a name")
    func movesNothing() throws {
        let file = try DurableFile.open(path: directory.path("a.json"))
        let missing = #expect(throws: FileFailure.self) { try file.moveAside() }
        #expect(missing?.cause?.errno == ErrorNumber.noSuchFile)
        directory.write("a.json", content)
        for suffix in ["../b", "a\0"] {
            let invalid = #expect(throws: FileFailure.self) { try file.moveAside(suffix: suffix) }
            #expect(invalid?.kind == .invalidPath)
        }
        #expect(directory.names() == ["a.json"])
    }

    @Test("Whatever fails, the file is under the old name or the new", arguments: hardErrors)
    func moveFaults(errno: CInt) throws {
        let count = 7
        for number in 1...count {
            let directory = TemporaryDirectory()
            directory.write("a.json", content)
            let calls = FaultySystemCalls(.fail(errno), atCall: number)
            var moved: Bool
            do throws(FileFailure) {
                _ = try DurableFile.open(path: directory.path("a.json"), calls: calls).moveAside(suffix: "x")
                moved = true
            } catch {
                moved = error.kind == .notDurable
                #expect(!moved || error.path == directory.path("a.json.damaged-x"))
            }
            let name = moved ? "a.json.damaged-x" : "a.json"
            #expect(directory.read(name) == content)
            #expect(directory.names() == [name], "call \(calls.calls[number - 1])")
            #expect(calls.openCount == 0)
        }
    }
}
