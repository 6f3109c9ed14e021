import DurableFiles
import TestSupport
import Testing

@Suite("Opening a file by its path")
struct OpeningTests {
    let directory = TemporaryDirectory()
    let content = bytes("content")

    private func expectFailure(
        _ kind: FileFailure.Kind,
        _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ operation: (DurableFile) throws -> Void = { _ in }
    ) {
        let failure = #expect(throws: FileFailure.self, sourceLocation: sourceLocation) {
            try operation(DurableFile.open(path: directory.path(name)))
        }
        #expect(failure?.kind == kind, sourceLocation: sourceLocation)
    }

    @Test("A missing file is nil, and nothing else is")
    func missing() throws {
        let file = try DurableFile.open(path: directory.path("a.json"))
        #expect(try file.identity() == nil)
        #expect(try file.content() == nil)
        #expect(directory.names() == [])

        for errno in hardErrors {
            directory.write("b.json", content)
            for name in ["openat", "fstat"] {
                // The first open is the directory's.
                let calls = FaultySystemCalls { $0.name == name && $0.number > 2 ? .fail(errno) : nil }
                let file = try DurableFile.open(path: directory.path("b.json"), calls: calls)
                let failure = #expect(throws: FileFailure.self) { try file.content() }
                #expect(failure?.cause == SystemCallFailure(call: name, errno: errno))
            }
        }
    }

    @Test("An empty file is a file")
    func empty() throws {
        directory.write("a.json", [])
        let file = try DurableFile.open(path: directory.path("a.json"))
        #expect(try file.identity()?.size == 0)
        #expect(try file.content() == [])
    }

    @Test("A missing directory is named")
    func missingParent() throws {
        let failure = #expect(throws: FileFailure.self) {
            try DurableFile.open(path: directory.path("none/a.json"))
        }
        #expect(failure?.kind == .system)
        #expect(failure?.path == directory.path("none"))
        #expect(failure?.cause == SystemCallFailure(call: "openat", errno: ErrorNumber.noSuchFile))
        #expect(failure?.description.contains("none'") == true)
    }

    @Test("A file in the place of a directory is refused")
    func fileAsParent() throws {
        directory.write("a.json", content)
        let failure = #expect(throws: FileFailure.self) { try DurableFile.open(path: directory.path("a.json/b")) }
        #expect(failure?.cause?.errno == ErrorNumber.notDirectory)
    }

    @Test("Paths that cannot name a file are refused", arguments: ["", "a\0b"])
    func invalidPath(path: String) {
        let failure = #expect(throws: FileFailure.self) { try DurableFile.open(path: path) }
        #expect(failure?.kind == .invalidPath)
    }

    @Test("Paths that can only name a directory are refused", arguments: ["/", ".", "..", "a/", "a/.", "a/.."])
    func directoryPath(path: String) {
        let failure = #expect(throws: FileFailure.self) { try DurableFile.open(path: path) }
        #expect(failure?.kind == .notRegularFile)
    }

    @Test("A path without a directory is in the working directory")
    func bareName() throws {
        let file = try DurableFile.open(path: "no-such-file.json")
        #expect(file.realPath == "no-such-file.json")
        #expect(try file.identity() == nil)
    }

    @Test("A slash with a combining mark behind it parts the path all the same")
    func combiningMark() throws {
        let file = try DurableFile.open(path: directory.path + "/\u{301}a.json")
        try file.replace(content)
        #expect(directory.names() == ["\u{301}a.json"])
    }

    @Test("Symbolic links are followed, from link to link, and stay")
    func followsLinks() throws {
        directory.makeDirectory("real")
        directory.write("real/a.json", bytes("old"), mode: 0o640)
        directory.makeLink("real/second", to: "a.json")
        directory.makeLink("third", to: directory.path("real/second"))
        directory.makeLink("first", to: "./third")
        let file = try DurableFile.open(path: directory.path("first"))
        #expect(file.realPath == directory.path("real/a.json"))
        #expect(try file.content() == bytes("old"))
        try file.replace(content)
        #expect(directory.read("real/a.json") == content)
        #expect(directory.mode("real/a.json") == 0o640)
        for link in ["first", "third", "real/second"] { #expect(directory.isSymbolicLink(link)) }
        #expect(directory.names() == ["first", "real", "third"])
    }

    @Test("A link to nothing creates what it names")
    func danglingLink() throws {
        directory.makeDirectory("real")
        directory.makeLink("link", to: "real/a.json")
        let file = try DurableFile.open(path: directory.path("link"))
        #expect(try file.content() == nil)
        try file.replace(content)
        #expect(directory.read("real/a.json") == content)
        #expect(directory.isSymbolicLink("link"))
    }

    @Test("A link into a missing directory names that")
    func linkToMissingDirectory() throws {
        directory.makeLink("link", to: "none/a.json")
        let failure = #expect(throws: FileFailure.self) { try DurableFile.open(path: directory.path("link")) }
        #expect(failure?.path == directory.path("none"))
        #expect(failure?.cause?.errno == ErrorNumber.noSuchFile)
    }

    @Test("Links that lead to one another are refused")
    func linkLoop() {
        directory.makeLink("a", to: "b")
        directory.makeLink("b", to: "a")
        expectFailure(.symbolicLinkLoop, "a")
    }

    @Test("Neither a directory nor a FIFO is read, replaced or moved, nor waited for", arguments: [true, false])
    func specialFiles(isFIFO: Bool) {
        if isFIFO { directory.makeFIFO("a.json") } else { directory.makeDirectory("a.json") }
        expectFailure(.notRegularFile, "a.json") { _ = try $0.identity() }
        expectFailure(.notRegularFile, "a.json") { _ = try $0.content() }
        expectFailure(.notRegularFile, "a.json") { try $0.replace(content) }
        expectFailure(.notRegularFile, "a.json") { _ = try $0.moveAside() }
        #expect(directory.names() == ["a.json"])
    }

    @Test(
        "A file that may not be read is not taken for a missing one",
        .disabled(if: TemporaryDirectory.ignoresPermissions, "permissions do not apply to a privileged process")
    )
    func unreadable() {
        directory.write("a.json", content, mode: 0)
        expectFailure(.system, "a.json") { _ = try $0.content() }
    }

    @Test("A file above the limit is refused")
    func limit() throws {
        directory.write("a.json", content)
        let file = try DurableFile.open(path: directory.path("a.json"))
        let failure = #expect(throws: FileFailure.self) { _ = try file.openForReading(limit: Int64(content.count) - 1) }
        #expect(failure?.kind == .tooLarge)
        #expect(throws: Never.self) { _ = try file.openForReading(limit: Int64(content.count)) }
    }

    @Test("Short and interrupted reads are continued, and reading ends at the end")
    func reads() throws {
        directory.write("a.json", content)
        let calls = FaultySystemCalls { call in
            guard call.name == "pread" else { return nil }
            return call.ordinal.isMultiple(of: 2) ? .fail(ErrorNumber.interrupted) : .short
        }
        let file = try DurableFile.open(path: directory.path("a.json"), calls: calls)
        #expect(try file.content() == content)
        guard let reader = try file.openForReading() else {
            Issue.record("the file is missing")
            return
        }
        var buffer: [UInt8] = [0, 0, 0, 0]
        let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0, at: 5) }
        #expect(count == 2)
        #expect(buffer == bytes("nt\0\0"))
    }

    @Test("Descriptions name the operation, the path and the cause")
    func description() {
        let cause = SystemCallFailure(call: "renameat", errno: ErrorNumber.noSuchFile)
        let failure = FileFailure(.system, operation: "replace", path: "a.json", cause: cause)
        #expect(failure.description.hasPrefix("cannot replace 'a.json': a system call failed (renameat: "))
        #expect(failure.description.hasSuffix("(\(ErrorNumber.noSuchFile)))"))
    }
}
