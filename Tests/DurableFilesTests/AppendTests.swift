import DurableFiles
import TestSupport
import Testing

@Suite("Appending to a file")
struct AppendTests {
    let directory = TemporaryDirectory()
    let old = bytes("head\nold footer\n")
    let added = bytes("line\nnew footer\n")
    let footer = 5..<15
    var new: [UInt8] { bytes("head\n          \nline\nnew footer\n") }

    @Test("The bytes are added, the old place is blanked, and the identity is returned")
    func appends() throws {
        directory.write("a.json", old, mode: 0o640)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let before = try #require(try file.identity())
        let outcome = try file.append(added, expecting: before, blanking: footer)
        #expect(directory.read("a.json") == new)
        #expect(outcome.blanked)
        #expect(outcome.identity.isSameFile(as: before))
        #expect(try file.identity() == outcome.identity)
        #expect(directory.mode("a.json") == 0o640)
    }

    @Test("The calls are few: one sync of the content, and none of the directory")
    func callSequence() throws {
        directory.write("a.json", old)
        let calls = FaultySystemCalls()
        let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
        let before = try #require(try file.identity())
        let preparation = calls.calls.count
        try file.append(added, expecting: before, blanking: footer)
        #expect(
            Array(calls.names.dropFirst(preparation)) == [
                "openat", "fstat", "pwrite", "fdatasync", "pwrite", "fstat", "close",
            ]
        )
        #expect(calls.syncCount == 1)
        #expect(calls.bytesWritten == added.count + footer.count)
    }

    @Test("Nothing is synchronized to survive the process only")
    func processCrash() throws {
        directory.write("a.json", old)
        let calls = FaultySystemCalls()
        let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
        try file.append(added, expecting: #require(try file.identity()), durability: .processCrash)
        #expect(calls.syncCount == 0)
        #expect(directory.read("a.json") == old + added)
    }

    @Test("What follows the offset is written over")
    func overTornTail() throws {
        directory.write("a.json", old + bytes("torn"))
        let file = try DurableFile.open(path: directory.path("a.json"))
        try file.append(added, expecting: #require(try file.identity()), at: Int64(old.count))
        #expect(directory.read("a.json") == old + added)
    }

    @Test("A file that was replaced, grown, cut or removed is not written")
    func changed() throws {
        directory.write("a.json", old)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try #require(try file.identity())

        for other in [old + [0], Array(old.dropLast())] {
            directory.write("a.json", other)
            expectChanged(file, identity)
            #expect(directory.read("a.json") == other)
        }
        try file.replace(old)
        expectChanged(file, identity)
        #expect(directory.read("a.json") == old)
        directory.remove("a.json")
        expectChanged(file, identity)
        #expect(directory.names() == [])
    }

    private func expectChanged(_ file: DurableFile, _ identity: FileIdentity) {
        let failure = #expect(throws: FileFailure.self) { try file.append(added, expecting: identity) }
        #expect(failure?.kind == .changed)
    }

    @Test("A link or a FIFO that took the file's place is neither followed nor waited for")
    func specialFiles() throws {
        directory.write("a.json", old)
        directory.write("other", old)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try #require(try file.identity())
        directory.remove("a.json")
        directory.makeLink("a.json", to: "other")
        let linked = #expect(throws: FileFailure.self) { try file.append(added, expecting: identity) }
        #expect(linked?.kind == .notRegularFile)
        #expect(directory.read("other") == old)
        directory.remove("a.json")
        directory.makeFIFO("a.json")
        let waiting = #expect(throws: FileFailure.self) { try file.append(added, expecting: identity) }
        #expect(waiting?.kind == .notRegularFile)
    }
}
