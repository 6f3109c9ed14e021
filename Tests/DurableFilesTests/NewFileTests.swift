import DurableFiles
import TestSupport
import Testing

@Suite("Files that another library fills")
struct NewFileTests {
    let directory = TemporaryDirectory()
    let content = bytes("content")

    /// Lets a file appear that is filled as another library would do it.
    private func make(
        _ calls: any SystemCalls = RealSystemCalls(),
        in directory: TemporaryDirectory
    ) throws(FileFailure) {
        let new = try NewFile(path: directory.path("a.db"), calls: calls)
        directory.write(String(new.temporaryPath.dropFirst(directory.path.utf8.count + 1)), content, mode: 0o600)
        do throws(FileFailure) { try new.install() } catch {
            new.discard()
            throw error
        }
    }

    @Test("A file appears whole, under its own name and with its own mode")
    func appears() throws {
        let calls = FaultySystemCalls()
        let new = try NewFile(path: directory.path("a.db"), calls: calls)
        #expect(directory.names().count == 1)
        let temporary = try #require(directory.names().first)
        #expect(new.temporaryPath == directory.path(temporary))
        #expect(temporary.hasPrefix(".a.db.") && temporary.hasSuffix(".conversation-history.tmp"))
        #expect(directory.mode(temporary) == 0o600)
        // Whoever fills it may open it: this one has closed it.
        #expect(calls.openCount == 1)
        directory.write(temporary, content, mode: 0o600)
        try new.install()
        #expect(directory.names() == ["a.db"])
        #expect(directory.read("a.db") == content)
        #expect(calls.names.suffix(3) == ["linkat", "unlinkat", "fsync"])
    }

    @Test("One that is given up leaves nothing")
    func discarded() throws {
        let new = try NewFile(path: directory.path("a.db"))
        new.discard()
        #expect(directory.names() == [])
    }

    @Test("Whatever stands at the path stays, also if it has come meanwhile")
    func existing() throws {
        directory.write("a.db", bytes("precious"))
        directory.makeDirectory("folder")
        for name in ["a.db", "folder"] {
            let failure = #expect(throws: FileFailure.self) { try NewFile(path: directory.path(name)) }
            #expect(failure?.cause?.errno == ErrorNumber.fileExists)
        }
        for linkErrno in [nil, ErrorNumber.notSupported.min()] {
            directory.remove("a.db")
            let calls = FaultySystemCalls { call in call.name == "linkat" ? linkErrno.map { .fail($0) } : nil }
            let new = try NewFile(path: directory.path("a.db"), calls: calls)
            directory.write("a.db", bytes("precious"))
            let failure = #expect(throws: FileFailure.self) { try new.install() }
            #expect(failure?.cause?.errno == ErrorNumber.fileExists)
            new.discard()
            #expect(directory.names() == ["a.db", "folder"])
            #expect(directory.read("a.db") == bytes("precious"))
        }
    }

    @Test("Where a file cannot have two names, it appears all the same")
    func noLinks() throws {
        for errno in ErrorNumber.noLinks {
            let directory = TemporaryDirectory()
            let calls = FaultySystemCalls { $0.name == "linkat" ? .fail(errno) : nil }
            try make(calls, in: directory)
            #expect(directory.names() == ["a.db"])
            #expect(directory.read("a.db") == content)
            #expect(calls.openCount == 0)
        }
    }

    @Test("Whatever fails, and wherever the process dies, nothing or the whole file stands at the path")
    func faults() throws {
        for fault in [.stop] + hardErrors.map(Fault.fail) {
            let sound = FaultySystemCalls()
            try make(sound, in: TemporaryDirectory())
            for call in sound.calls {
                let directory = TemporaryDirectory()
                let calls = FaultySystemCalls(fault, atCall: call.number)
                var failure: FileFailure?
                do throws(FileFailure) { try make(calls, in: directory) } catch { failure = error }
                let found = directory.read("a.db")
                #expect(found == nil || found == content, "\(fault) at \(call)")
                if failure == nil || failure?.kind == .notDurable { #expect(found == content, "\(fault) at \(call)") }
                if fault == .stop {
                    // A later attempt is made as if there had been none.
                    if found == nil { try make(in: directory) }
                    #expect(directory.read("a.db") == content)
                } else {
                    #expect(failure == nil || failure?.kind == .notDurable || found == nil, "\(fault) at \(call)")
                }
                #expect(calls.openCount == 0)
            }
        }
    }

    @Test("A link that was made, but reported as failed, counts")
    func carriedOut() throws {
        let calls = FaultySystemCalls()
        let new = try NewFile(path: directory.path("a.db"), calls: calls)
        let temporary = try #require(directory.names().first)
        directory.makeHardLink("a.db", to: temporary)
        try new.install()
        #expect(directory.names() == ["a.db"])
    }

    @Test("Stale temporary files in the directory are removed, whatever they were to become")
    func stale() throws {
        let stale = ".b.db.0123456789abcdef.conversation-history.tmp"
        let young = ".b.db.fedcba9876543210.conversation-history.tmp"
        for name in [stale, young, "b.db"] { directory.write(name, content) }
        for name in [stale, "b.db"] { directory.setModified(name, secondsAgo: 7200) }
        let new = try NewFile(path: directory.path("a.db"))
        new.removeStaleTemporaries(olderThan: 3600)
        new.discard()
        #expect(directory.names() == [young, "b.db"])
    }
}
