import DurableFiles
import TestSupport
import Testing

@Suite("Replacing a file when any one system call goes wrong")
struct ReplaceFaultTests {
    let old = bytes("the old content\n")
    let new = bytes("the new content, which is longer than the old\n")

    /// What one attempt came to.
    struct Outcome {
        var directory = TemporaryDirectory()
        var calls: FaultySystemCalls
        var failure: FileFailure?
    }

    /// Replaces a file of mode 0640 in a new directory while one call goes wrong.
    func attempt(_ fault: Fault, atCall number: Int, durability: Durability) -> Outcome {
        attempt(durability) { $0.number == number ? fault : nil }
    }

    /// Replaces a file of mode 0640 in a new directory while calls go wrong by a plan.
    func attempt(_ durability: Durability, plan: @escaping @Sendable (RecordedCall) -> Fault?) -> Outcome {
        var outcome = Outcome(calls: FaultySystemCalls(plan: plan))
        outcome.directory.write("a.json", old, mode: 0o640)
        do throws(FileFailure) {
            let file = try DurableFile.open(path: outcome.directory.path("a.json"), calls: outcome.calls)
            try file.replace(new, durability: durability)
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    /// How many calls there are when nothing goes wrong.
    func callCount(_ durability: Durability) -> Int {
        attempt(.short, atCall: 0, durability: durability).calls.calls.count
    }

    @Test("A failing call leaves the old content, or the new and says so", arguments: hardErrors, durabilities)
    func fails(errno: CInt, durability: Durability) {
        for number in 1...callCount(durability) {
            let outcome = attempt(.fail(errno), atCall: number, durability: durability)
            let failedCall = outcome.calls.calls[number - 1].name
            let isNew = outcome.failure == nil || outcome.failure?.kind == .notDurable
            #expect(outcome.directory.read("a.json") == (isNew ? new : old), "call \(number), \(failedCall)")
            #expect(outcome.directory.names() == ["a.json"], "call \(number), \(failedCall)")
            #expect(outcome.directory.mode("a.json") == 0o640)
            #expect(outcome.calls.openCount == 0)
            // Only closing the directory, at the very end, may fail unnoticed.
            #expect((outcome.failure == nil) == (number == callCount(durability)))
            if let failure = outcome.failure {
                #expect(failure.cause == SystemCallFailure(call: failedCall, errno: errno))
            }
        }
    }

    @Test("A call that a signal interrupts is made again", arguments: durabilities)
    func interrupted(durability: Durability) {
        for number in 1...callCount(durability) {
            let outcome = attempt(.fail(ErrorNumber.interrupted), atCall: number, durability: durability)
            let name = outcome.calls.calls[number - 1].name
            // A rename that was interrupted may have been carried out: making it again could fail for that reason.
            let succeeds = name != "renameat"
            #expect((outcome.failure == nil) == succeeds, "call \(number), \(name)")
            #expect(outcome.directory.read("a.json") == (succeeds ? new : old))
            #expect(outcome.directory.names() == ["a.json"])
            #expect(outcome.calls.openCount == 0)
            let closed = outcome.calls.names.count { $0 == "close" }
            #expect(closed == 2, "close must not be made again")
        }
    }

    @Test("A short write is continued")
    func shortWrites() {
        let calls = FaultySystemCalls { _ in .short }
        let directory = TemporaryDirectory()
        #expect(throws: Never.self) {
            try DurableFile.open(path: directory.path("a.json"), calls: calls).replace(new)
        }
        #expect(directory.read("a.json") == new)
        #expect(calls.bytesWritten == new.count)
        #expect(calls.names.count { $0 == "pwrite" } > 4)
    }

    @Test(
        "A process that dies leaves the old content or the new, and a temporary file at most",
        arguments: durabilities
    )
    func dies(durability: Durability) throws {
        for number in 1...callCount(durability) {
            let outcome = attempt(.stop, atCall: number, durability: durability)
            let renamed = outcome.calls.names.dropLast().contains("renameat")
            #expect(outcome.calls.isStopped)
            #expect(outcome.directory.read("a.json") == (renamed ? new : old), "call \(number)")
            #expect(outcome.directory.mode("a.json") == 0o640)
            let created = outcome.calls.names.dropLast().count { $0 == "openat" } == 2
            #expect(outcome.directory.names().count == (created && !renamed ? 2 : 1), "call \(number)")

            let file = try DurableFile.open(path: outcome.directory.path("a.json"))
            #expect(file.removeStaleTemporaries(olderThan: -60) == (created && !renamed ? 1 : 0))
            #expect(outcome.directory.names() == ["a.json"])
            try file.replace(new, durability: durability)
            #expect(outcome.directory.read("a.json") == new)
        }
    }

    @Test(
        "When everything fails from some call on, the old content stays, or the new is in place",
        arguments: durabilities
    )
    func failsForGood(durability: Durability) {
        for number in 1...callCount(durability) {
            let outcome = attempt(durability) { $0.number >= number ? .fail(ErrorNumber.inputOutput) : nil }
            let isNew = outcome.failure == nil || outcome.failure?.kind == .notDurable
            #expect(outcome.directory.read("a.json") == (isNew ? new : old), "call \(number)")
            #expect(outcome.calls.openCount == 0)
        }
    }

    @Test("Whatever goes wrong how often, it is told truly which content is in place", arguments: durabilities)
    func randomFailures(durability: Durability) {
        var successes = 0
        for seed in 0..<200 as Range<UInt64> {
            let outcome = attempt(durability, plan: randomFaults(seed: seed))
            successes += outcome.failure == nil ? 1 : 0
            let isNew = outcome.failure == nil || outcome.failure?.kind == .notDurable
            #expect(outcome.directory.read("a.json") == (isNew ? new : old), "seed \(seed)")
            #expect(outcome.calls.openCount == 0)
        }
        #expect((1..<200).contains(successes), "the plan should leave some attempts alone, and not all")
    }
}
