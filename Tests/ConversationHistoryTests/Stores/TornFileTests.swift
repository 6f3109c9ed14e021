import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A file that was torn while a save appended to it")
struct TornFileTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// A save that appended: the snapshots and the file before and after it.
    struct Append {
        var before: Snapshot
        var after: Snapshot
        /// The file before.
        var old: [UInt8]
        /// The file when the new lines and the new footer are behind it, and the old footer is not blanked out yet.
        var committed: [UInt8]
        /// The file after.
        var new: [UInt8]
        /// Where the old footer was.
        var blank: Range<Int>
    }

    /// Makes histories of several saves and returns those saves that appended.
    static func appends(seed: UInt64, count: Int) async throws -> [Append] {
        let file = HistoryFile()
        let store = file.store()
        var script = HistoryScript(seed: seed)
        var before = try script.step(.appends)
        try await store.save(before)
        var appends: [Append] = []
        while appends.count < count {
            let old = file.content
            let after = try script.step(.everything)
            try await store.save(after)
            let new = file.content
            defer { before = after }
            guard new.count > old.count else { continue }
            let kept = zip(old, new).prefix { $0 == $1 }.count
            // A replacement changes the footer's numbers at least; an append leaves spaces in their place.
            guard kept < old.count, new[kept] == UInt8(ascii: " "), new[old.count - 1] == UInt8(ascii: "\n") else {
                continue
            }
            let committed = old + new[old.count...]
            appends.append(
                Append(
                    before: before,
                    after: after,
                    old: old,
                    committed: committed,
                    new: new,
                    blank: kept - 1..<old.count
                )
            )
        }
        return appends
    }

    /// Reads bytes as a file would be read.
    private func snapshot(_ bytes: [UInt8]) throws -> Snapshot { try Snapshot(decoding: bytes) }

    /// Checks that a torn file goes on as any other: the next save succeeds and leaves a file that is JSON.
    private func expectRecovery(_ bytes: [UInt8], _ expected: Snapshot, _ comment: Comment) async throws {
        let file = HistoryFile()
        file.put(bytes)
        let store = file.store()
        var found = try #require(try await store.load(), comment)
        #expect(found == expected, comment)
        try found.append(.user("after"))
        try await store.save(found)
        #expect(await store.recovery == nil, comment)
        #expect(try await file.loaded() == found, comment)
        file.expectSound(comment)
        try found.append(.user("and after"))
        try await store.save(found)
        #expect(try await file.loaded() == found, comment)
        file.expectSound(comment)
    }

    private func isWhole(_ bytes: some Collection<UInt8>, _ append: Append) -> Bool {
        bytes.elementsEqual(append.committed)
    }

    @Test("Cut at every byte, it is the old snapshot or the new one", arguments: 0..<3 as Range<UInt64>)
    func cut(seed: UInt64) async throws {
        for append in try await Self.appends(seed: seed, count: 6) {
            let (start, end) = (append.old.count, append.committed.count)
            for count in start...end {
                let bytes = Array(append.committed[..<count])
                // All but the last line feed is enough.
                let expected = count >= end - 1 ? append.after : append.before
                let comment: Comment = "seed \(seed), \(count) of \(start)...\(end)"
                #expect(try snapshot(bytes) == expected, comment)
                if count % 97 == 0 || count <= start + 3 || count >= end - 3 {
                    try await expectRecovery(bytes, expected, comment)
                }
            }
        }
    }

    @Test("With any of the new sectors lost, it is the old snapshot or the new one", arguments: 0..<6 as Range<UInt64>)
    func lostSectors(seed: UInt64) async throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        for append in try await Self.appends(seed: seed, count: 8) {
            let (start, end) = (append.old.count, append.committed.count)
            // Sectors of the file: the first of them holds old bytes too, which are not lost.
            let sectors = Array(start / 512...(end - 1) / 512)
            let subsets: [UInt64] =
                sectors.count <= 8
                ? Array(0..<UInt64(1) << UInt64(sectors.count)) : (0..<200).map { _ in random.next() & random.next() }
            for subset in subsets {
                var bytes = append.committed
                for (index, sector) in sectors.enumerated() where subset >> UInt64(index % 64) & 1 == 1 {
                    for place in max(start, sector * 512)..<min(end, sector * 512 + 512) { bytes[place] = 0 }
                }
                let found = try snapshot(bytes)
                let comment: Comment = "seed \(seed), subset \(subset)"
                // A lost sector may hold a separator alone; otherwise a loss means that the save did not happen.
                #expect(found == append.before || found == append.after, comment)
                if isWhole(bytes, append) { #expect(found == append.after, comment) }
                if subset % 16 == 1 { try await expectRecovery(bytes, found, comment) }
            }
        }
    }

    @Test("With a sector that holds only what parts two lines lost, the file is put right", arguments: 509...513)
    func lostSeparator(residue: Int) async throws {
        var script = HistoryScript(seed: 3)
        try script.appendEntry()
        var snapshot = script.snapshot
        let file = HistoryFile()
        let store = file.store()
        // A title that makes the file end just there.
        snapshot.title = ""
        try await store.save(snapshot)
        let missing = (residue - file.content.count % 512 + 512) % 512
        snapshot.title = String(repeating: "t", count: missing)
        file.directory.remove(file.name)
        try await file.store().save(snapshot)
        #expect(file.content.count % 512 == residue % 512)
        let old = file.content
        let next = file.store()
        _ = try await next.load()
        let before = snapshot
        try snapshot.append(.user("next"))
        try await next.save(snapshot)
        var bytes = old + file.content[old.count...]
        for place in old.count..<min(bytes.count, (old.count + 511) / 512 * 512) { bytes[place] = 0 }
        let found = try self.snapshot(bytes)
        #expect(found == before || found == snapshot)
        try await expectRecovery(bytes, found, "residue \(residue)")
    }

    @Test("With the old footer blanked out in part, it is the new snapshot", arguments: 0..<2 as Range<UInt64>)
    func tornBlank(seed: UInt64) async throws {
        for append in try await Self.appends(seed: seed, count: 5) {
            for place in append.blank.lowerBound...append.blank.upperBound {
                let forwards = Array(append.new[..<place] + append.committed[place...])
                let backwards = Array(append.committed[..<place] + append.new[place...])
                for bytes in [forwards, backwards] {
                    #expect(try snapshot(bytes) == append.after, "seed \(seed), byte \(place)")
                }
                if place % 61 == 0 {
                    try await expectRecovery(forwards, append.after, "seed \(seed), byte \(place)")
                    try await expectRecovery(backwards, append.after, "seed \(seed), byte \(place)")
                }
            }
        }
    }

    @Test("With the new file cut and the old footer blanked out, which no crash does, it is damaged")
    func cutAfterBlank() async throws {
        for append in try await Self.appends(seed: 9, count: 3) {
            for count in append.old.count..<append.new.count - 1 {
                let error = #expect(throws: SnapshotDecodingError.self) { try snapshot(Array(append.new[..<count])) }
                #expect(error?.code == .damaged)
            }
        }
    }

    @Test("Any byte that changes in a file at rest is found out", arguments: 0..<3 as Range<UInt64>)
    func flippedBits(seed: UInt64) async throws {
        var random = TestSupport.SeededGenerator(seed: seed)
        for append in try await Self.appends(seed: seed, count: 3) {
            for place in append.new.indices {
                var bytes = append.new
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                // In what is not covered, white space and commas, it makes no difference.
                if let found = try? snapshot(bytes) { #expect(found == append.after, "byte \(place)") }
            }
        }
    }

    @Test("It is told what was passed over")
    func recovery() async throws {
        let append = try #require(try await Self.appends(seed: 1, count: 1).first)
        let file = HistoryFile()
        file.put(Array(append.committed.dropLast(9)))
        let store = file.store()
        _ = try await store.load()
        let recovery = try #require(await store.recovery)
        #expect(recovery.offset == append.old.count)
        #expect(recovery.byteCount == append.committed.count - 9 - append.old.count)
        #expect(recovery.revision == (try JSONValue(parsing: append.old))["state"]?["revision"]?.intValue)
        try await store.save(append.before)
        #expect(await store.recovery == nil)
        #expect(try await file.loaded() == append.before)
        file.expectSound("an unchanged save, too, clears the rest away")
    }

    @Test("A file that was never whole is damaged, cut wherever it may be")
    func neverWhole() async throws {
        let file = HistoryFile()
        var script = HistoryScript(seed: 5)
        for _ in 0..<5 { try script.appendEntry() }
        try await file.store().save(script.snapshot)
        let whole = file.content
        for count in 0..<whole.count - 1 {
            let error = #expect(throws: SnapshotDecodingError.self, "byte \(count)") {
                try snapshot(Array(whole[..<count]))
            }
            #expect(error?.code == .damaged, "byte \(count)")
        }
    }
}
