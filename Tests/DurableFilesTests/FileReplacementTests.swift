import DurableFiles
import TestSupport
import Testing

@Suite("Replacing a file bit by bit")
struct FileReplacementTests {
    let directory = TemporaryDirectory()

    private func write(_ texts: String..., to replacement: inout FileReplacement) throws {
        for text in texts { try Array(text.utf8).withUnsafeBytes { try replacement.write($0) } }
    }

    @Test("The old content stays until the new one is committed")
    func replacesAtTheEnd() throws {
        directory.write("a", bytes("old"), mode: 0o640)
        var replacement = try DurableFile.open(path: directory.path("a")).startReplacing()
        try write("new ", "content", to: &replacement)
        #expect(directory.read("a") == bytes("old"))
        #expect(directory.names().count == 2)
        try replacement.commit(durability: .full)
        #expect(directory.read("a") == bytes("new content"))
        #expect(directory.mode("a") == 0o640)
        #expect(directory.names() == ["a"])
    }

    @Test("What is not committed leaves nothing")
    func leavesNothing() throws {
        directory.write("a", bytes("old"))
        do {
            var replacement = try DurableFile.open(path: directory.path("a")).startReplacing()
            try write("new", to: &replacement)
        }
        #expect(directory.names() == ["a"])
        #expect(directory.read("a") == bytes("old"))
    }

    @Test("Its calls are those of a replacement in one go")
    func callSequence() throws {
        let (atOnce, bitByBit) = (FaultySystemCalls(), FaultySystemCalls())
        try DurableFile.open(path: directory.path("a"), calls: atOnce).replace(bytes("new"))
        try {
            var replacement = try DurableFile.open(path: directory.path("b"), calls: bitByBit).startReplacing()
            try write("new", to: &replacement)
            try replacement.commit(durability: .full)
        }()
        #expect(atOnce.names.filter { $0 != "pwrite" } == bitByBit.names.filter { $0 != "pwrite" })
    }

    @Test("A directory that is not synchronized is told, and the new content stays")
    func tellsOfTheDirectory() throws {
        let calls = FaultySystemCalls { call in
            call.name == "fsync" && call.ordinal == 2 ? .fail(ErrorNumber.inputOutput) : nil
        }
        var replacement = try DurableFile.open(path: directory.path("a"), calls: calls).startReplacing()
        try write("new", to: &replacement)
        do throws(FileFailure) {
            try replacement.commit(durability: .full)
            Issue.record("It should have failed.")
        } catch { #expect(error.kind == .notDurable) }
        #expect(directory.names() == ["a"])
    }
}
