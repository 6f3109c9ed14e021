import DurableFiles
import TestSupport
import Testing

@Suite("Replacing a file")
struct ReplaceTests {
    let directory = TemporaryDirectory()
    let old = bytes("the old content\n")
    let new = bytes("the new content, which is longer than the old\n")

    @Test("A new file is the user's alone, and its identity is returned")
    func createsFile() throws {
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try file.replace(new)
        #expect(directory.read("a.json") == new)
        #expect(directory.mode("a.json") == 0o600)
        #expect(try file.identity() == identity)
        #expect(identity.size == Int64(new.count))
        #expect(directory.names() == ["a.json"])
    }

    @Test("The mode of the old file is kept", arguments: [0o600, 0o640, 0o444, 0o755] as [UInt32])
    func keepsMode(mode: UInt32) throws {
        directory.write("a.json", old, mode: mode)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let identity = try file.replace(new)
        #expect(directory.mode("a.json") == mode)
        #expect(identity.mode == mode)
        #expect(try file.identity() == identity)
    }

    @Test("Empty content is written too")
    func writesNothing() throws {
        directory.write("a.json", old)
        try DurableFile.open(path: directory.path("a.json")).replace([])
        #expect(directory.read("a.json") == [])
    }

    @Test("The calls are those that a crash-safe replacement needs, in their order")
    func callSequence() throws {
        directory.write("a.json", old, mode: 0o640)
        let calls = FaultySystemCalls()
        try DurableFile.open(path: directory.path("a.json"), calls: calls).replace(new)
        #expect(
            calls.names == [
                "openat", "fstatat",
                "fstatat", "openat", "pwrite", "pwrite", "fstat", "fchmod", "fsync", "close", "renameat", "fsync",
                "close",
            ]
        )
        #expect(calls.syncCount == 2)
        #expect(calls.bytesWritten == new.count)
    }

    @Test("Nothing is synchronized to survive the process only")
    func processCrash() throws {
        let calls = FaultySystemCalls()
        let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
        try file.replace(new, durability: .processCrash)
        #expect(calls.syncCount == 0)
        #expect(directory.read("a.json") == new)
    }

    @Test("What the body throws is thrown on, and nothing is left")
    func bodyThrows() throws {
        directory.write("a.json", old)
        let calls = FaultySystemCalls()
        let thrown = FileFailure(.tooLarge, operation: "encode", path: "somewhere")
        do {
            let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
            #expect(throws: thrown) {
                try file.replace(durability: .full) { (output) throws(FileFailure) in
                    try new.withUnsafeBufferPointer { (bytes) throws(FileFailure) in
                        try output.write(UnsafeRawBufferPointer(bytes))
                    }
                    throw thrown
                }
            }
        }
        #expect(directory.read("a.json") == old)
        #expect(directory.names() == ["a.json"])
        #expect(calls.openCount == 0)
    }

    @Test("A directory that cannot be synchronized at all is no failure")
    func unsupportedDirectorySync() throws {
        for errno in ErrorNumber.notSupported.union([ErrorNumber.invalidArgument]) {
            let calls = FaultySystemCalls { $0.name == "fsync" && $0.ordinal == 2 ? .fail(errno) : nil }
            try DurableFile.open(path: directory.path("a.json"), calls: calls).replace(new)
            #expect(calls.syncCount == 2)
        }
    }

    @Test("A failing sync of the directory is told apart, with the file that is in place")
    func notDurable() throws {
        directory.write("a.json", old)
        let calls = FaultySystemCalls { $0.name == "fsync" && $0.ordinal == 2 ? .fail(ErrorNumber.inputOutput) : nil }
        let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
        let failure = #expect(throws: FileFailure.self) { try file.replace(new) }
        #expect(failure?.kind == .notDurable)
        #expect(try failure?.installed == file.identity())
        #expect(failure?.cause == SystemCallFailure(call: "fsync", errno: ErrorNumber.inputOutput))
        #expect(directory.read("a.json") == new)
    }

    @Test("A temporary name that is taken is not used, and another one is tried")
    func takenNames() throws {
        // The first open is the directory's.
        let once = FaultySystemCalls { $0.name == "openat" && $0.ordinal == 2 ? .fail(ErrorNumber.fileExists) : nil }
        try DurableFile.open(path: directory.path("a.json"), calls: once).replace(new)
        #expect(directory.read("a.json") == new)

        let always = FaultySystemCalls { $0.name == "openat" && $0.ordinal > 1 ? .fail(ErrorNumber.fileExists) : nil }
        let file = try DurableFile.open(path: directory.path("a.json"), calls: always)
        let failure = #expect(throws: FileFailure.self) { try file.replace(old) }
        #expect(failure?.cause?.errno == ErrorNumber.fileExists)
        #expect(always.names.count { $0 == "openat" } == 17)
        #expect(directory.read("a.json") == new)
    }

    @Test(
        "The owner is kept where the system allows it, and no other group gains access where it does not",
        .enabled(if: TemporaryDirectory.ignoresPermissions, "only a privileged process can give files away")
    )
    func owner() throws {
        directory.write("a.json", old, mode: 0o640)
        directory.setOwner("a.json", owner: 12_345, group: 23_456)
        try DurableFile.open(path: directory.path("a.json")).replace(new)
        #expect(directory.owner("a.json") == (12_345, 23_456))
        #expect(directory.mode("a.json") == 0o640)

        let calls = FaultySystemCalls { call in
            call.name == "fchown" ? ErrorNumber.permissionDenied.first.map { .fail($0) } : nil
        }
        let identity = try DurableFile.open(path: directory.path("a.json"), calls: calls).replace(old)
        #expect(directory.read("a.json") == old)
        #expect(directory.mode("a.json") == 0o600)
        #expect(identity.mode == 0o600)
    }
}
