import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("What a rewind took, in the file")
struct RewindFileTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    static let header =
        #"{"format":"conversation-history","version":2,"messages":"chat","lineage":"l","id":"c","history":["#

    /// Makes a file of records as they are, with a checksum that holds.
    static func file(of records: [String]) -> [UInt8] {
        var checksum = CRC32()
        for line in [header] + records { Array(line.utf8).withUnsafeBytes { checksum.update($0) } }
        var text = JSONWriter()
        text.append(utf8Of: header + "\n" + records.joined(separator: ",\n"))
        _ = HistoryFooter.write(revision: 1, count: records.count, members: [], checksum: checksum, to: &text)
        return text.withUnsafeBytes(Array.init)
    }

    /// A history with turns, and the same after two rewinds; the entries that the second took were never stored, so that
    /// a save of it appends.
    static func rewinds(seed: UInt64) throws -> (before: Snapshot, after: Snapshot) {
        var script = HistoryScript(seed: seed)
        for _ in 0..<6 { try script.appendEntry() }
        var before = script.snapshot
        before.turns.append(Turn(id: "t0", entries: 0..<2, outcome: .completed))
        before.turns.append(Turn(id: "t1", entries: 4..<6, outcome: .failed))
        before.rewind(to: 4, date: nil)
        var after = before
        for text in ["never", "stored", "\n]},{\"taken\":"] { try after.append(.user(text), date: nil) }
        after.turns.append(Turn(id: "t2", entries: 4..<7, outcome: .cancelled))
        after.rewind(to: 4, date: nil)
        try after.append(.user("another way"), date: nil)
        return (before, after)
    }

    @Test("It comes back as it was, in each style", arguments: [SnapshotStyle.lines, .pretty], 0..<4 as Range<UInt64>)
    func roundTrip(style: SnapshotStyle, seed: UInt64) async throws {
        let (before, after) = try Self.rewinds(seed: seed)
        let file = HistoryFile()
        let store = file.store(style: style)
        for snapshot in [before, after] {
            try await store.save(snapshot)
            let found = try #require(try await file.loaded())
            #expect(found == snapshot)
            #expect(Array(found.rewound) == Array(snapshot.rewound))
            file.expectSound("seed \(seed)")
        }
        #expect(after.rewound.map(\.entries.count) == [2, 3])
        #expect(after.rewound.map { $0.turns.map(\.id) } == [["t1"], ["t2"]])
        // What was read is written as it was.
        let content = file.content
        var again = try Snapshot(decoding: content)
        #expect(try again.encoded(style: style) == after.encoded(style: style))
        again.removeRewound()
        try await store.save(again)
        #expect(try await file.loaded() == again)
    }

    @Test("A rewind of what was never stored is appended; torn anywhere, it is there or it is not")
    func torn() async throws {
        var random = TestSupport.SeededGenerator(seed: 31)
        let (before, after) = try Self.rewinds(seed: 0)
        let file = HistoryFile()
        let store = file.store()
        try await store.save(before)
        let old = file.content
        try await store.save(after)
        let new = file.content
        let committed = old + new[old.count...]
        #expect(new.count > old.count)
        let kept = zip(old, new).prefix { $0 == $1 }.count
        #expect(new[kept] == UInt8(ascii: " "), "it was replaced instead of appended to")
        for count in old.count...committed.count {
            let bytes = Array(committed[..<count])
            let isWhole = count >= committed.count - 1
            #expect(try Snapshot(decoding: bytes) == (isWhole ? after : before), "byte \(count)")
            if count % 89 == 0 { try await expectRecovery(bytes, isWhole ? after : before, "byte \(count)") }
        }
        let lines = committed.indices.dropLast().filter { $0 >= old.count && committed[$0] == UInt8(ascii: "\n") }
        for round in 0..<150 {
            // Any of the lines lost, or a part of them.
            var bytes = committed
            let start = lines.randomElement(using: &random) ?? old.count
            let count = Int.random(in: 1...400, using: &random)
            for place in start..<min(bytes.count - 1, start + count) { bytes[place] = 0 }
            #expect(try Snapshot(decoding: bytes) == before, "round \(round)")
            if round % 50 == 0 { try await expectRecovery(bytes, before, "round \(round)") }
        }
    }

    /// Checks that a torn file goes on as any other.
    private func expectRecovery(_ bytes: [UInt8], _ expected: Snapshot, _ comment: Comment) async throws {
        let file = HistoryFile()
        file.put(bytes)
        let store = file.store()
        var found = try #require(try await store.load(), comment)
        #expect(found == expected, comment)
        for text in ["after", "and after"] {
            try found.append(.user(text))
            try await store.save(found)
            #expect(try await file.loaded() == found, comment)
            file.expectSound(comment)
        }
    }

    @Test("A process that dies at a call leaves the history before the rewind or after it", arguments: [true, false])
    func dies(appends: Bool) async throws {
        let (before, after) = try Self.rewinds(seed: 3)
        var changed = after
        if !appends { changed.rewind(to: 2, date: nil) }
        var outcomes: Set<Bool> = []
        var number = 0
        while true {
            number += 1
            let file = HistoryFile()
            try await file.store().save(before)
            let faults = PlannedFaults()
            let store = file.store(calls: faults.calls)
            _ = try await store.load()
            faults.begin { [number] index, call in
                index == number ? .stop : call.name == "pwrite" ? .short : nil
            }
            let error = await failure { () throws(HistoryStoreError) in try await store.save(changed) }
            let comment: Comment = "call \(number)"
            let fresh = file.store()
            var found = try #require(try await fresh.load(), comment)
            #expect(found == before || found == changed, comment)
            if error == nil { #expect(found == changed, comment) }
            outcomes.insert(found == changed)
            found.rewind(to: 1, date: nil)
            try await fresh.save(found)
            #expect(try await file.loaded() == found, comment)
            #expect(throws: Never.self, comment) { try JSONValue(parsing: file.content) }
            if !faults.calls.isStopped { break }
        }
        #expect(outcomes == [true, false])
    }

    @Test("A rewind that takes more than a line may hold is saved and loaded")
    func large() async throws {
        let limits = HistoryLimits(entryBytes: 2000, documentBytes: 200_000)
        for style in [SnapshotStyle.lines, .pretty] {
            let file = HistoryFile()
            let store = file.store(style: style, limits: limits)
            var snapshot = Snapshot(id: "c")
            for index in 0..<40 {
                try snapshot.append(.user(String(repeating: "x", count: 1000 + index)), date: nil)
            }
            try await store.save(snapshot)
            snapshot.rewind(to: 1, date: nil)
            try await store.save(snapshot)
            #expect(try await file.store(limits: limits).load() == snapshot)
            // And again, of what was loaded.
            var next = try #require(try await store.load())
            try next.append(.user("another way"), date: nil)
            next.rewind(to: 0, date: nil)
            try await store.save(next)
            let found = try #require(try await file.store(limits: limits).load())
            #expect(found == next)
            #expect(found.rewound.map(\.entries.count) == [39, 2])
            file.expectSound("\(style)")
        }
    }

    @Test("Every entry that can be saved can also be rewound, up to the limit exactly")
    func largestEntry() async throws {
        let limits = HistoryLimits(entryBytes: 2000, documentBytes: 200_000)
        var savedCount = 0
        for size in 1900...1940 {
            let file = HistoryFile()
            let store = file.store(limits: limits)
            var snapshot = Snapshot(id: "c")
            let message = ChatMessage.user(String(repeating: "x", count: size))
            try snapshot.append(HistoryEntry(.message(message), id: "e", date: nil))
            if let error = await failure(of: { () throws(HistoryStoreError) in try await store.save(snapshot) }) {
                #expect(error.code == .tooLarge)
                continue
            }
            savedCount += 1
            snapshot.rewind(to: 0, date: nil)
            try await store.save(snapshot)
            #expect(try await file.store(limits: limits).load() == snapshot, "size \(size)")
        }
        #expect(1..<41 ~= savedCount)
    }

    @Test("What is nested as deep as an entry may have it can also be rewound")
    func deepest() async throws {
        var payload: JSONValue = 1
        for _ in 1..<JSONValue.maximumDepth { payload = [payload] }
        let file = HistoryFile()
        let store = file.store()
        var snapshot = Snapshot(id: "c")
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "deep", payload: payload)), id: "e", date: nil))
        try await store.save(snapshot)
        snapshot.rewind(to: 0, date: nil)
        try await store.save(snapshot)
        #expect(try await file.loaded() == snapshot)
    }

    @Test("A message under way can be rewound, too: it moves from the end of the file to a line")
    func draft() async throws {
        for style in [SnapshotStyle.lines, .pretty] {
            let file = HistoryFile()
            let store = file.store(style: style)
            var snapshot = Snapshot(id: "c")
            try snapshot.append(.user("question"), date: nil)
            let draft = ChatMessage.assistant("half an ans")
            try snapshot.append(HistoryEntry(.message(draft), id: "draft", date: nil, isIncomplete: true))
            snapshot.openTurn = Turn(id: "t", entries: 0..<2)
            try await store.save(snapshot)
            #expect(try await file.loaded() == snapshot)
            snapshot.rewind(to: 1, date: nil)
            try await store.save(snapshot)
            let found = try #require(try await file.loaded())
            #expect(found == snapshot)
            #expect(!found.hasDraft)
            #expect(found.rewound.first?.entries.first?.isIncomplete == true)
            #expect(found.rewound.first?.entries.first?.id == "draft")
            file.expectSound("\(style)")
        }
    }

    static let entry = #"{"id":"a","message":{"role":"user","content":[]}}"#

    @Test(
        "What this version does not know stays, wherever it stands",
        arguments: [
            [#"{"taken":{"id":"a","verse":[1.50]}}"#, #"{"rewound":{"position":0,"count":1,"turns":[]}}"#],
            [
                #"{"taken":{"id":"a","action":{"name":"n","payload":null,"device":"m"},"mood":1e2}}"#,
                #"{"rewound":{"position":0,"count":1,"turns":[{"id":"t","entries":[0,1],"outcome":"odd","x":[]}],"why":"w"}}"#,
            ],
            [
                #"{"taken":{"id":"a"}}"#, #"{"taken":{"id":"b"}}"#,
                #"{"rewound":{"position":0,"count":2,"turns":[],"why":{"a":1.0}},"by":"ann"}"#, entry,
            ],
            [
                #"{"taken":{"id":"a","message":{"role":"user","content":[]}},"by":"ann"}"#,
                #"{"rewound":{"position":0,"count":1,"turns":[]}}"#,
            ],
        ]
    )
    func unknownMembers(records: [String]) async throws {
        let file = HistoryFile()
        file.put(Self.file(of: records))
        let store = file.store()
        var snapshot = try #require(try await store.load())
        snapshot.rewind(to: 0, date: nil)
        snapshot.title = "new"
        try await store.save(snapshot)
        // By replacement as well.
        try snapshot.append(HistoryEntry(.message(.user("")), id: "last", date: nil))
        try await store.save(snapshot)
        try snapshot.setPinned(true, "last")
        try await store.save(snapshot)
        let lines = String(decoding: file.content, as: UTF8.self).split(separator: "\n")
        for record in records where record != Self.entry {
            #expect(lines.contains { $0 == record || $0 == record + "," }, "\(record)")
        }
        #expect(try await file.loaded() == snapshot)
    }

    static let taken = #"{"taken":{"id":"a","message":{"role":"user","content":[]}}}"#

    @Test(
        "A record without its entries, and entries without their record, are damage",
        arguments: [
            [taken], [taken, entry], [#"{"rewound":{"position":0,"count":1,"turns":[]}}"#],
            [taken, #"{"rewound":{"position":0,"count":0,"turns":[]}}"#],
            [taken, #"{"rewound":{"position":0,"count":2,"turns":[]}}"#],
            [taken, #"{"rewound":{"position":0,"turns":[]}}"#],
            [
                taken, #"{"rewound":{"position":0,"count":1,"turns":[]}}"#,
                #"{"rewound":{"position":0,"count":1,"turns":[]}}"#,
            ],
            [#"{"rewound":{"position":0,"count":1,"turns":[]}}"#, taken],
            [taken, #"{"rewound":{"position":0,"count":-1,"turns":[]}}"#], [#"{"taken":7}"#], [#"{"taken":{}}"#],
            [#"{"taken":[]}"#, #"{"rewound":{"position":0,"count":1,"turns":[]}}"#],
        ]
    )
    func incomplete(records: [String]) async throws {
        try await BadInputTests.expectRefusal(Self.file(of: records), [.damaged], "\(records)")
        let document =
            Self.header + records.joined(separator: ",") + #"],"state":{"revision":1,"count":\#(records.count)}}"#
        try await BadInputTests.expectRefusal(Array(document.utf8), [.damaged], "\(records)")
    }

    @Test("Other records may stand between what was taken and its record")
    func order() async throws {
        let turn = #"{"turn":{"id":"t","entries":[0,1]}}"#
        let record = #"{"rewound":{"position":1,"count":1,"turns":[]}}"#
        var sorted = try Snapshot(decoding: Self.file(of: [Self.taken, record, Self.entry, turn]))
        for records in [[Self.taken, Self.entry, record, turn], [Self.entry, Self.taken, turn, record]] {
            let found = try await BadInputTests.expectLoads(Self.file(of: records), "\(records)")
            #expect(found == sorted)
        }
        sorted.rewind(to: 0, date: nil)
        #expect(sorted.rewound.count == 2)
    }
}
