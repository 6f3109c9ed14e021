import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryRows

@Suite struct RowChangeTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    private let coding = SnapshotRowCoding<ChatMessage>()

    private func lines(_ snapshot: Snapshot) throws -> [[UInt8]] {
        try snapshot.entries.indices.map { try coding.line(of: snapshot.entries.box(at: $0)) }
    }

    private func change(from old: Snapshot, to new: Snapshot) throws -> RowChange {
        try old.entries.rowChange(to: new.entries) { box throws(SnapshotError) in try coding.line(of: box) }
    }

    private static func messages(_ count: Int) -> [ChatMessage] { (0..<count).map { .user("message \($0)") } }

    @Test func appendedEntriesAreInserted() throws {
        let old = Snapshot(messages: Self.messages(300))
        var new = old
        try new.append(.user("one more"))
        let change = try change(from: old, to: new)
        #expect(change == RowChange(replaced: [], removed: 300..<300, inserted: 300..<301, tailCount: 0))
    }

    @Test func equalEntriesThatAreBuiltAnewDoNotChange() throws {
        let change = try change(
            from: Snapshot(messages: Self.messages(300)),
            to: Snapshot(messages: Self.messages(300))
        )
        #expect(change.isEmpty)
    }

    @Test func editedEntryIsReplaced() throws {
        let old = Snapshot(messages: Self.messages(300))
        var new = old
        try new.setPinned(true, "18")
        #expect(try change(from: old, to: new).replaced == [17])
        #expect(try change(from: new, to: old).replaced == [17])
    }

    @Test func removedEntryMovesTheTail() throws {
        let old = Snapshot(messages: Self.messages(300))
        var new = old
        try new.remove("18")
        #expect(
            try change(from: old, to: new)
                == RowChange(replaced: [], removed: 17..<18, inserted: 17..<17, tailCount: 282)
        )
        #expect(
            try change(from: new, to: old)
                == RowChange(replaced: [], removed: 17..<17, inserted: 17..<18, tailCount: 282)
        )
    }

    @Test("The change makes the old rows the new ones", arguments: 1...20 as ClosedRange<UInt64>)
    func applied(_ seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        var old = Snapshot()
        for _ in 0..<60 {
            var new = old
            for _ in 0..<Int.random(in: 0..<4, using: &numbers) {
                let place = Int.random(in: 0...new.entries.count, using: &numbers)
                switch Int.random(in: 0..<6, using: &numbers) {
                case 0 where place < new.entries.count: try new.remove(new.entries[place].id)
                case 1 where place < new.entries.count: try new.setPinned(seed.isMultiple(of: 2), new.entries[place].id)
                case 2: new.rewind(to: place, date: nil)
                case 3: new = Snapshot(messages: Array(new.messages))
                default: for number in 0..<50 { try new.append(.user("\(number)"), date: nil) }
                }
            }
            let change = try change(from: old, to: new)
            var rows = try lines(old)
            let wanted = try lines(new)
            for position in change.replaced { rows[position] = wanted[position] }
            rows.replaceSubrange(change.removed, with: wanted[change.inserted])
            #expect(rows == wanted)
            #expect(change.tailCount == wanted.count - change.inserted.upperBound)
            #expect(change.removed.isEmpty || change.inserted.isEmpty)
            old = new
        }
    }
}
