import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("Saving when system calls go wrong")
struct SaveFaultTests {
    /// How a save writes: appending to the file, or replacing it in one of the styles.
    struct Way: CustomTestStringConvertible, Sendable {
        var style: SnapshotStyle
        var appends: Bool
        var durability: ConversationHistory.Durability

        var testDescription: String { "\(appends ? "appending" : "replacing") \(style) \(durability)" }

        static let all: [Way] = [ConversationHistory.Durability.full, .processCrash].flatMap { durability in
            [
                Way(style: .lines, appends: true, durability: durability),
                Way(style: .lines, appends: false, durability: durability),
                Way(style: .pretty, appends: false, durability: durability),
            ]
        }
    }

    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A history in a file, and a store that has loaded it and is about to save the next snapshot.
    struct Scene {
        let file = HistoryFile()
        let faults = PlannedFaults()
        let store: HistoryFile.Store
        let old: Snapshot
        let new: Snapshot
        let later: Snapshot

        init(_ way: Way) async throws {
            var script = HistoryScript(seed: 7)
            for _ in 0..<4 { try script.appendEntry() }
            old = script.snapshot
            try await file.store(style: way.style).save(old)
            store = file.store(style: way.style, durability: way.durability, calls: faults.calls)
            _ = try await store.load()
            try script.appendEntry()
            var changed = script.snapshot
            if !way.appends, let first = changed.entries.first { try changed.setPinned(!first.isPinned, first.id) }
            new = changed
            changed.title = "later"
            try changed.append(.user("later"))
            later = changed
        }
    }

    /// Every way in which one call can go wrong; a process that dies is looked at elsewhere.
    static let faults: [Fault] =
        [.short, .fail(ErrorNumber.interrupted), .fail(ErrorNumber.inputOutput)]
        + ErrorNumber.noSpace.sorted().map { .fail($0) }

    private func callCount(_ way: Way) async throws -> Int {
        let scene = try await Scene(way)
        scene.faults.begin { _, _ in nil }
        try await scene.store.save(scene.new)
        #expect(try await scene.file.loaded() == scene.new)
        return scene.faults.end().count
    }

    @Test("A call that fails leaves the old snapshot, and the next save succeeds", arguments: Way.all)
    func oneFault(_ way: Way) async throws {
        var failures = 0
        for number in 1...(try await callCount(way)) {
            for fault in Self.faults {
                let scene = try await Scene(way)
                scene.faults.begin { index, _ in index == number ? fault : nil }
                let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.new) }
                let call = try #require(scene.faults.end().dropFirst(number - 1).first)
                let comment: Comment = "call \(number), \(call.name), \(fault)"
                // What could not be synchronized was taken back, but may be there again after a loss of power.
                let wasTakenBack = error != nil && call.name == "fdatasync"
                if wasTakenBack { #expect(error?.code == .notDurable, comment) }
                let isNew = error == nil || error?.code == .notDurable && !wasTakenBack
                #expect(try await scene.file.loaded() == (isNew ? scene.new : scene.old), comment)
                if let error {
                    failures += 1
                    #expect(error.operation == "save", comment)
                    guard case .fail(let errno) = fault else {
                        Issue.record("A short call must be continued: \(call.name)")
                        continue
                    }
                    #expect(error.systemCall?.errno == errno, comment)
                    if !isNew, !wasTakenBack {
                        #expect(error.code == (ErrorNumber.noSpace.contains(errno) ? .noSpace : .io), comment)
                    }
                }
                #expect(scene.faults.calls.openCount == 0, comment)
                try await scene.store.save(scene.new)
                #expect(try await scene.file.loaded() == scene.new, comment)
                try await scene.store.save(scene.later)
                #expect(try await scene.file.loaded() == scene.later, comment)
                scene.file.expectSound(comment)
            }
        }
        #expect(failures > 20, "most calls matter")
    }

    @Test("A save whose sync failed is not called undone: after a loss of power it may be there")
    func failedSyncIsUncertain() async throws {
        for errno in [ErrorNumber.inputOutput] + ErrorNumber.noSpace.sorted() {
            let scene = try await Scene(Way(style: .lines, appends: true, durability: .full))
            let written = Locked<[UInt8]>([])
            scene.faults.begin { _, call in
                guard call.name == "fdatasync" else { return nil }
                // What the disk may hold by then, whatever is done to the file afterwards.
                written.value = scene.file.content
                return .fail(errno)
            }
            let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.new) }
            #expect(scene.faults.end().map(\.name).contains("ftruncate"))
            #expect(try await scene.file.loaded() == scene.old)
            #expect(error?.code == .notDurable)
            #expect(error?.systemCall?.errno == errno)

            scene.file.put(written.value)
            #expect(try await scene.file.loaded() == scene.new)
            try await scene.store.save(scene.new)
            #expect(try await scene.file.loaded() == scene.new)
            try await scene.store.save(scene.later)
            #expect(try await scene.file.loaded() == scene.later)
        }
    }

    @Test("A process that dies at a call leaves the old snapshot or the new one", arguments: Way.all)
    func dies(_ way: Way) async throws {
        var outcomes: Set<Bool> = []
        for isShort in [false, true] {
            for number in 1...(try await callCount(way) + (isShort ? 1 : 0)) {
                let scene = try await Scene(way)
                scene.faults.begin { index, call in
                    index == number ? .stop : isShort && call.name == "pwrite" ? .short : nil
                }
                let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.new) }
                let comment: Comment = "call \(number)"
                let fresh = scene.file.store(style: way.style, durability: way.durability)
                let found = try #require(try await fresh.load(), comment)
                #expect(found == scene.old || found == scene.new, comment)
                if error == nil { #expect(found == scene.new, comment) }
                outcomes.insert(found == scene.new)
                try await fresh.save(scene.later)
                #expect(try await scene.file.loaded() == scene.later, comment)
                #expect(throws: Never.self, comment) { try JSONValue(parsing: scene.file.content) }
            }
        }
        #expect(outcomes == [true, false])
    }

    @Test("When everything fails from some call on, the store recovers by itself", arguments: Way.all)
    func failsForGood(_ way: Way) async throws {
        for number in 1...(try await callCount(way)) {
            let scene = try await Scene(way)
            scene.faults.begin { index, _ in index >= number ? .fail(ErrorNumber.inputOutput) : nil }
            let error = await failure { () throws(HistoryStoreError) in try await scene.store.save(scene.new) }
            _ = scene.faults.end()
            let comment: Comment = "call \(number)"
            let found = try await scene.file.loaded()
            #expect(found == scene.old || found == scene.new, comment)
            if error == nil { #expect(found == scene.new, comment) }
            try await scene.store.save(scene.new)
            #expect(try await scene.file.loaded() == scene.new, comment)
            try await scene.store.save(scene.later)
            #expect(try await scene.file.loaded() == scene.later, comment)
            #expect(throws: Never.self, comment) { try JSONValue(parsing: scene.file.content) }
        }
    }

    @Test("Whatever goes wrong how often, what a save that returned has stored is there", arguments: Way.all)
    func randomFaults(_ way: Way) async throws {
        for seed in 0..<25 as Range<UInt64> {
            var script = HistoryScript(seed: seed)
            let file = HistoryFile()
            let faults = PlannedFaults()
            let store = file.store(style: way.style, durability: way.durability, calls: faults.calls)
            var certain = try script.step(.everything)
            try await store.save(certain)
            var possible = [certain]
            for step in 0..<20 {
                let next = try script.step(way.appends ? .appends : .everything)
                faults.begin { _, call in
                    var random = TestSupport.SeededGenerator(seed: seed << 20 | UInt64(call.number))
                    guard Int.random(in: 0..<12, using: &random) == 0 else { return nil }
                    return Self.faults.randomElement(using: &random)
                }
                possible.append(next)
                let error = await failure { () throws(HistoryStoreError) in try await store.save(next) }
                _ = faults.end()
                let found = try #require(try await file.loaded())
                if error == nil {
                    certain = next
                    possible = [next]
                }
                #expect(possible.contains(found), "seed \(seed), step \(step), \(String(describing: error))")
                #expect(error?.code != .conflict, "seed \(seed), step \(step)")
            }
            try await store.save(script.snapshot)
            #expect(try await file.loaded() == script.snapshot)
            #expect(throws: Never.self) { try JSONValue(parsing: file.content) }
        }
    }
}
