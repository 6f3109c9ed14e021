import DurableFiles
import TestSupport
import Testing

@Suite("Creating an empty file")
struct CreateTests {
    let directory = TemporaryDirectory()

    private func open(_ calls: any SystemCalls = RealSystemCalls()) throws -> DurableFile {
        try DurableFile.open(path: directory.path("a.db"), calls: calls)
    }

    @Test("A file that is missing is created for its user only, and an existing one is left alone")
    func createIfMissing() throws {
        #expect(try open().createIfMissing())
        #expect(directory.mode("a.db") == 0o600)
        directory.write("a.db", [1, 2], mode: 0o640)
        #expect(try !open().createIfMissing())
        #expect(directory.read("a.db") == [1, 2])
        #expect(directory.mode("a.db") == 0o640)
        let failure = #expect(throws: FileFailure.self) { try open().create() }
        #expect(failure?.cause?.errno == ErrorNumber.fileExists)
    }

    @Test("A file that someone else creates at the same time counts as existing")
    func race() throws {
        let calls = FaultySystemCalls { call in
            call.name == "linkat" ? .fail(ErrorNumber.fileExists) : nil
        }
        #expect(try !open(calls).createIfMissing())
        #expect(calls.openCount == 0)
        #expect(directory.names() == [])
    }

    @Test("A file has its name only once it is closed, unless a file cannot have two names")
    func closedBefore() throws {
        let calls = FaultySystemCalls()
        #expect(try open(calls).createIfMissing())
        let link = try #require(calls.names.firstIndex(of: "linkat"))
        #expect(calls.names[link...].allSatisfy { $0 != "openat" && $0 != "close" || $0 == calls.names.last })
        #expect(directory.names() == ["a.db"])
        try open().remove()
        let plain = FaultySystemCalls { $0.name == "linkat" ? .fail(ErrorNumber.notSupported.first ?? 0) : nil }
        #expect(try open(plain).createIfMissing())
        #expect(directory.names() == ["a.db"])
    }

    @Test("A file is removed, and the directory synchronized on request")
    func removeAndSynchronize() throws {
        let calls = FaultySystemCalls()
        let file = try open(calls)
        try file.create()
        try file.remove()
        try file.synchronizeName()
        #expect(directory.names() == [])
        #expect(calls.names.last == "fsync")
        let failure = #expect(throws: FileFailure.self) { try file.remove() }
        #expect(failure?.cause?.errno == ErrorNumber.noSuchFile)
    }

    @Test("What is no file is refused, and a failure is reported")
    func failures() throws {
        directory.makeDirectory("a.db")
        let special = #expect(throws: FileFailure.self) { try open().createIfMissing() }
        #expect(special?.kind == .notRegularFile)
        let calls = FaultySystemCalls { call in
            call.name == "fsync" ? .fail(ErrorNumber.inputOutput) : nil
        }
        let failure = #expect(throws: FileFailure.self) { try open(calls).synchronizeName() }
        #expect(failure?.kind == .notDurable)
        #expect(failure?.cause?.errno == ErrorNumber.inputOutput)
    }
}
