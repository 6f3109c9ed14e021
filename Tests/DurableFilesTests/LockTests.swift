import DurableFiles
import TestSupport
import Testing

@Suite("Locking a file")
struct LockTests {
    let directory = TemporaryDirectory()
    let lockName = ".a.json.conversation-history.lock"

    private func open(_ calls: any SystemCalls = RealSystemCalls()) throws -> DurableFile {
        try DurableFile.open(path: directory.path("a.json"), calls: calls)
    }

    /// Whether the lock can be had now.
    private func isFree(_ mode: LockMode) throws -> Bool {
        do throws(FileFailure) {
            let lock = try DurableFile.open(path: directory.path("a.json")).lock(mode, timeout: .zero)
            lock.unlock()
            return true
        } catch {
            #expect(error.kind == .busy)
            return false
        }
    }

    @Test("An exclusive lock excludes all others until it is given back")
    func exclusive() throws {
        let lock = try open().lock(.exclusive, timeout: .zero)
        let lockIsHeld = lock.isHeld
        #expect(lockIsHeld)
        #expect(try !isFree(.exclusive))
        #expect(try !isFree(.shared))
        lock.unlock()
        #expect(try isFree(.exclusive))
        #expect(directory.names() == [lockName])
        #expect(directory.mode(lockName) == 0o600)
    }

    @Test("A lock is given back explicitly, since a child process may have the descriptor too")
    func explicitUnlock() throws {
        let calls = FaultySystemCalls()
        let file = try open(calls)
        let lock = try file.lock(.exclusive, timeout: .zero)
        let taken = calls.calls.count
        lock.unlock()
        #expect(calls.names.dropFirst(taken).elementsEqual(["flock", "close"]))
    }

    @Test("Shared locks exclude exclusive ones only, until the last is given back")
    func shared() throws {
        let first = try open().lock(.shared, timeout: .zero)
        let second = try open().lock(.shared, timeout: .zero)
        #expect(try isFree(.shared))
        #expect(try !isFree(.exclusive))
        first.unlock()
        #expect(try !isFree(.exclusive))
        second.unlock()
        #expect(try isFree(.exclusive))
    }

    @Test("A lock outlives the value that it was taken from, and ends when an error is thrown")
    func lifetime() throws {
        let calls = FaultySystemCalls()
        func work() throws(FileFailure) {
            let lock = try DurableFile.open(path: directory.path("a.json"), calls: calls).lock(
                .exclusive,
                timeout: .zero
            )
            if try isFreeForTyped() { return lock.unlock() }
            throw FileFailure(.changed, operation: "work", path: "")
        }
        func isFreeForTyped() throws(FileFailure) -> Bool {
            do { return try isFree(.shared) } catch { return true }
        }
        let failure = #expect(throws: FileFailure.self) { try work() }
        #expect(failure?.kind == .changed)
        #expect(try isFree(.exclusive))
        #expect(calls.openCount == 0)
    }

    /// What a body and a lock that was not taken fail with.
    private enum Failed: Error, Equatable { case body, lock(CInt?) }

    private func withLock(
        _ mode: LockMode,
        _ calls: FaultySystemCalls = FaultySystemCalls(),
        _ body: () throws(Failed) -> Int
    ) throws(Failed) -> Int {
        let file: DurableFile
        do throws(FileFailure) { file = try DurableFile.open(path: directory.path("a.json"), calls: calls) } catch {
            throw .lock(error.cause?.errno)
        }
        return try file.withLock(mode, timeout: .zero, orThrow: { Failed.lock($0.cause?.errno) }, body)
    }

    @Test("A body runs while the lock is held, which is given back however the body ends")
    func body() throws {
        let calls = FaultySystemCalls()
        let result = try withLock(.exclusive, calls) { () throws(Failed) in
            #expect((try? isFree(.shared)) == false)
            return 7
        }
        #expect(result == 7)
        #expect(try isFree(.exclusive))
        #expect(throws: Failed.body) {
            try withLock(.shared, calls) { () throws(Failed) in
                #expect((try? isFree(.exclusive)) == false)
                throw .body
            }
        }
        #expect(try isFree(.exclusive))
        #expect(calls.openCount == 0)
    }

    @Test("A body runs without a lock only for a reader that can have none")
    func bodyWithoutLock() throws {
        #expect(try withLock(.shared) { 1 } == 1)
        #expect(directory.names() == [])
        try open().lock(.exclusive, timeout: .zero).unlock()
        for (errno, isReader) in [(ErrorNumber.inputOutput, true), (ErrorNumber.permissionDenied.max() ?? 0, false)] {
            // The first to be opened is the directory.
            let calls = FaultySystemCalls { $0.name == "openat" && $0.ordinal == 2 ? .fail(errno) : nil }
            #expect(throws: Failed.lock(errno)) { try withLock(isReader ? .shared : .exclusive, calls) { 1 } }
        }
        for errno in ErrorNumber.permissionDenied {
            let calls = FaultySystemCalls { $0.name == "openat" && $0.ordinal == 2 ? .fail(errno) : nil }
            #expect(try withLock(.shared, calls) { 1 } == 1)
        }
        let writer = try open().lock(.exclusive, timeout: .zero)
        #expect(throws: Failed.lock(nil)) { try withLock(.shared) { 1 } }
        writer.unlock()
    }

    @Test("Waiting ends when the time is up, and not before")
    func timeout() throws {
        let held = try open().lock(.exclusive, timeout: .zero)
        let calls = FaultySystemCalls()
        let file = try open(calls)
        let failure = #expect(throws: FileFailure.self) { _ = try file.lock(.shared, timeout: .milliseconds(200)) }
        #expect(failure?.kind == .busy)
        #expect(failure?.path == directory.path("a.json"))
        #expect(calls.pauses.reduce(.zero, +) == .milliseconds(200))
        #expect(calls.pauses.allSatisfy { $0 <= .milliseconds(50) })
        #expect(calls.names.count { $0 == "flock" } == calls.pauses.count + 1)
        held.unlock()
    }

    @Test("No time means one attempt")
    func noTimeout() throws {
        let held = try open().lock(.exclusive, timeout: .zero)
        let calls = FaultySystemCalls()
        let file = try open(calls)
        #expect(throws: FileFailure.self) { _ = try file.lock(.exclusive, timeout: .zero) }
        #expect(calls.pauses.isEmpty)
        #expect(calls.names.count { $0 == "flock" } == 1)
        held.unlock()
    }

    @Test("A lock that becomes free while waiting is taken")
    func becomesFree() throws {
        let calls = FaultySystemCalls { call in
            call.name == "flock" && call.ordinal <= 3 ? .fail(ErrorNumber.wouldBlock) : nil
        }
        let lock = try open(calls).lock(.exclusive, timeout: .seconds(1))
        #expect(calls.pauses == [.milliseconds(1), .milliseconds(2), .milliseconds(4)])
        #expect(try !isFree(.shared))
        lock.unlock()
    }

    @Test("A reader need not create the lock file, but respects one that is there")
    func createIfMissing() throws {
        let none = try open().lock(.shared, createIfMissing: false, timeout: .zero)
        let noneIsHeld = none.isHeld
        #expect(!noneIsHeld)
        #expect(directory.names() == [])
        none.unlock()

        let writer = try open().lock(.exclusive, timeout: .zero)
        let file = try open()
        let failure = #expect(throws: FileFailure.self) {
            _ = try file.lock(.shared, createIfMissing: false, timeout: .zero)
        }
        #expect(failure?.kind == .busy)
        writer.unlock()
        let reader = try open().lock(.shared, createIfMissing: false, timeout: .zero)
        let readerIsHeld = reader.isHeld
        #expect(readerIsHeld)
        reader.unlock()
    }

    @Test("A lock on a file that was removed meanwhile is not relied on")
    func removedLockFile() throws {
        let directory = directory
        let lockName = lockName
        let calls = FaultySystemCalls { call in
            // Opening looks once; the first look of locking comes after the lock was taken.
            if call.name == "fstatat", call.ordinal == 2 { directory.remove(lockName) }
            return nil
        }
        let lock = try open(calls).lock(.exclusive, timeout: .seconds(1))
        #expect(calls.pauses.count == 1)
        #expect(try !isFree(.shared))
        lock.unlock()
        #expect(calls.openCount == 0)
    }

    @Test("Only a regular file is used as lock file", arguments: [true, false])
    func specialLockFile(isFIFO: Bool) throws {
        if isFIFO { directory.makeFIFO(lockName) } else { directory.makeLink(lockName, to: "elsewhere") }
        let failure = #expect(throws: FileFailure.self) { _ = try open().lock(.shared, timeout: .zero) }
        #expect(failure?.kind == .notRegularFile)
        #expect(failure?.path == directory.path(lockName))
        #expect(directory.names() == [lockName])
    }

    @Test("Whatever call fails, nothing stays locked or open", arguments: hardErrors + [ErrorNumber.interrupted])
    func faults(errno: CInt) throws {
        for number in 1...9 {
            let calls = FaultySystemCalls(.fail(errno), atCall: number)
            do throws(FileFailure) {
                let lock = try DurableFile.open(path: directory.path("a.json"), calls: calls).lock(
                    .exclusive,
                    timeout: .zero
                )
                lock.unlock()
            } catch {
                #expect(error.cause?.errno == errno)
                #expect(errno != ErrorNumber.interrupted)
            }
            #expect(calls.calls.count >= number)
            #expect(calls.openCount == 0)
            #expect(try isFree(.exclusive))
        }
    }
}
