import DurableFiles
import TestSupport
import Testing

@Suite("Appending to a file when system calls go wrong")
struct AppendFaultTests {
    let old = bytes("head\nold footer\n")
    let added = bytes("line\nnew footer\n")
    let footer = 5..<15
    let blanked = bytes("head\n          \nline\nnew footer\n")

    /// What one attempt came to.
    struct Attempt {
        var directory = TemporaryDirectory()
        var calls: FaultySystemCalls
        var outcome: AppendOutcome?
        var failure: FileFailure?
        var content: [UInt8]? { directory.read("a.json") }
    }

    /// Appends to a file in a new directory while calls go wrong by a plan.
    func attempt(
        durability: Durability = .full,
        plan: @escaping @Sendable (RecordedCall) -> Fault?
    ) throws -> Attempt {
        var attempt = Attempt(calls: FaultySystemCalls(plan: plan))
        attempt.directory.write("a.json", old, mode: 0o640)
        let path = attempt.directory.path("a.json")
        let identity = try #require(try DurableFile.open(path: path).identity())
        do throws(FileFailure) {
            let file = try DurableFile.open(path: path, calls: attempt.calls)
            attempt.outcome = try file.append(added, expecting: identity, blanking: footer, durability: durability)
        } catch {
            attempt.failure = error
        }
        return attempt
    }

    /// How many calls there are when nothing goes wrong.
    func callCount(_ durability: Durability) throws -> Int {
        try attempt(durability: durability) { _ in nil }.calls.calls.count
    }

    @Test("A failing call leaves the old content, or the new and says so", arguments: hardErrors, durabilities)
    func fails(errno: CInt, durability: Durability) throws {
        var failures = 0
        for number in 1...(try callCount(durability)) {
            let attempt = try attempt(durability: durability) { $0.number == number ? .fail(errno) : nil }
            let failedCall = attempt.calls.calls[number - 1]
            if let failure = attempt.failure {
                failures += 1
                let isNew = failure.kind == .notDurable
                #expect(attempt.content == (isNew ? blanked : old), "call \(failedCall)")
                #expect(failure.cause == SystemCallFailure(call: failedCall.name, errno: errno))
            } else {
                let outcome = try #require(attempt.outcome)
                let blankFailed = failedCall.name == "pwrite"
                #expect(outcome.blanked != blankFailed)
                #expect(attempt.content == (blankFailed ? old + added : blanked), "call \(failedCall)")
                #expect(outcome.identity.size == Int64((old + added).count))
            }
            #expect(attempt.directory.names() == ["a.json"])
            #expect(attempt.directory.mode("a.json") == 0o640)
            #expect(attempt.calls.openCount == 0)
        }
        // Opening the directory and the file, two looks at it, the write, and then the sync or the close.
        #expect(failures == 6)
    }

    @Test("A failing write or sync is told apart")
    func kinds() throws {
        for (name, kind) in [
            ("pwrite", FileFailure.Kind.appendFailed(restored: true)), ("fdatasync", .syncFailed(restored: true)),
        ] {
            let attempt = try attempt { $0.name == name ? .fail(ErrorNumber.inputOutput) : nil }
            #expect(attempt.failure?.kind == kind)
            #expect(attempt.content == old)
            #expect(attempt.calls.names.count { $0 == name } == 1, "nothing is tried twice")
        }
    }

    @Test("A write that stops in the middle is taken back, or it is said that it could not be")
    func partialWrite() throws {
        let restored = try attempt { call in
            switch (call.name, call.ordinal) {
            case ("pwrite", 1): .short
            case ("pwrite", 2): .fail(ErrorNumber.inputOutput)
            default: nil
            }
        }
        #expect(restored.failure?.kind == .appendFailed(restored: true))
        #expect(restored.content == old)

        let torn = try attempt { call in
            switch (call.name, call.ordinal) {
            case ("pwrite", 1): .short
            case ("pwrite", 2), ("ftruncate", _): .fail(ErrorNumber.inputOutput)
            default: nil
            }
        }
        #expect(torn.failure?.kind == .appendFailed(restored: false))
        #expect(torn.content == old + added.prefix(added.count / 2))
    }

    @Test("What could be neither synchronized nor taken back is reported as such")
    func syncNotRestored() throws {
        let attempt = try attempt {
            ["fdatasync", "ftruncate"].contains($0.name) ? .fail(ErrorNumber.inputOutput) : nil
        }
        #expect(attempt.failure?.kind == .syncFailed(restored: false))
        #expect(attempt.content == old + added)
    }

    @Test("A call that a signal interrupts is made again", arguments: durabilities)
    func interrupted(durability: Durability) throws {
        for number in 1...(try callCount(durability)) {
            let attempt = try attempt(durability: durability) {
                $0.number == number ? .fail(ErrorNumber.interrupted) : nil
            }
            #expect(attempt.failure == nil)
            #expect(attempt.outcome?.blanked == true)
            #expect(attempt.content == blanked)
            #expect(attempt.calls.openCount == 0)
        }
    }

    @Test("Short writes are continued")
    func shortWrites() throws {
        let attempt = try attempt { _ in .short }
        #expect(attempt.failure == nil)
        #expect(attempt.content == blanked)
        #expect(attempt.calls.bytesWritten == added.count + footer.count)
    }

    @Test("A process that dies leaves the old content, and behind it nothing, a part or all of the new")
    func dies() throws {
        for isShort in [false, true] {
            let count = try attempt { _ in isShort ? .short : nil }.calls.calls.count
            for number in 1...count {
                let attempt = try attempt { $0.number == number ? .stop : isShort ? .short : nil }
                let content = try #require(attempt.content)
                let isCommitted = attempt.calls.names.dropLast().contains("fdatasync")
                if isCommitted {
                    #expect(content.count == old.count + added.count)
                    #expect(content.suffix(added.count).elementsEqual(added))
                    #expect(content.prefix(footer.lowerBound).elementsEqual(old.prefix(footer.lowerBound)))
                } else {
                    #expect(content.starts(with: old))
                    #expect(added.starts(with: content.dropFirst(old.count)))
                }
                #expect(attempt.directory.mode("a.json") == 0o640)
            }
        }
    }

    /// Checks that an attempt left what it reports.
    func expectTrueReport(_ attempt: Attempt, _ comment: Comment) throws {
        let content = try #require(attempt.content)
        switch attempt.failure?.kind {
        case nil, .notDurable:
            let isBlanked = attempt.outcome?.blanked ?? (content == blanked)
            #expect(content.count == blanked.count, comment)
            #expect(content.suffix(added.count).elementsEqual(added), comment)
            #expect(!isBlanked || content == blanked, comment)
        case .appendFailed(restored: false), .syncFailed(restored: false):
            #expect(content.starts(with: old), comment)
            #expect(added.starts(with: content.dropFirst(old.count)), comment)
        default:
            #expect(content == old, comment)
        }
        #expect(attempt.calls.openCount == 0, comment)
    }

    @Test("When everything fails from some call on, it is told truly what is in place", arguments: durabilities)
    func failsForGood(durability: Durability) throws {
        for number in 1...(try callCount(durability)) {
            let attempt = try attempt(durability: durability) {
                $0.number >= number ? .fail(ErrorNumber.inputOutput) : nil
            }
            try expectTrueReport(attempt, "call \(number)")
        }
    }

    @Test("Whatever goes wrong how often, it is told truly what is in place", arguments: durabilities)
    func randomFailures(durability: Durability) throws {
        var successes = 0
        for seed in 0..<200 as Range<UInt64> {
            let attempt = try attempt(durability: durability, plan: randomFaults(seed: seed))
            successes += attempt.failure == nil ? 1 : 0
            try expectTrueReport(attempt, "seed \(seed)")
        }
        #expect((1..<200).contains(successes), "the plan should leave some attempts alone, and not all")
    }
}
