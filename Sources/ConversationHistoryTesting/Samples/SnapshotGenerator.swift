import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A generator of snapshots by random edits, which depend only on a seed.
struct SnapshotGenerator<Message: HistoryMessage> {
    private let samples: [Message]
    private var numbers: SampleNumbers
    private var snapshot = ConversationSnapshot<Message>()
    private var count = 0

    init(samples: [Message], seed: UInt64) {
        self.samples = samples
        numbers = SampleNumbers(seed: seed)
    }

    /// Returns the next snapshot: the last one after one to four edits.
    mutating func next() throws -> ConversationSnapshot<Message> {
        for _ in 0...numbers.below(4) { try edit() }
        if snapshot.entries.count > 200 {
            // A short snapshot keeps the next rounds fast.
            snapshot.removeRewound()
            snapshot = snapshot.forked(count: 9, id: ConversationID(text()), date: date())
        }
        return snapshot
    }

    private mutating func edit() throws {
        let place = snapshot.entries.isEmpty ? nil : numbers.below(snapshot.entries.count)
        switch numbers.below(24) {
        case 0: snapshot.title = numbers.below(3) == 0 ? nil : text()
        case 1: snapshot.metadata = object(depth: 3)
        case 2: snapshot.owner = numbers.below(3) == 0 ? nil : Owner(user: text(), organization: nil)
        case 3: snapshot.updated = date()
        case 4: snapshot.rewind(to: snapshot.entries.count - numbers.below(4), date: date())
        case 5: snapshot.removeRewound()
        case 6: if numbers.below(4) == 0 { snapshot = snapshot.forked(count: place, id: ConversationID(text())) }
        case 7: if let place { try snapshot.remove(snapshot.entries[place].id) }
        case 8: if let place { try snapshot.setPinned(numbers.below(2) == 0, snapshot.entries[place].id) }
        case 9:
            guard let place else { return }
            let (metadata, sender) = (object(depth: 2), text())
            try snapshot.update(snapshot.entries[place].id) { entry in
                entry.metadata = metadata
                entry.sender = sender
            }
        case 10: snapshot.openTurn = nil
        case 11:
            let start = numbers.below(snapshot.entries.count + 1)
            var turn = Turn(id: TurnID(text()), entries: start..<snapshot.entries.count, started: date())
            turn.usage = Usage(inputTokens: numbers.below(100_000), details: ["price": number()])
            snapshot.openTurn = turn
        case 12: try snapshot.append(entry(.action(HistoryAction(name: text(), payload: value(depth: 4)))))
        case 13:
            guard let place else { return }
            let summary = HistorySummary(message: numbers.one(of: samples), through: snapshot.entries[place].id)
            try snapshot.append(entry(.summary(summary)))
        case 14: try snapshot.append(entry(.other(["kind \(numbers.below(9))": value(depth: 3)])))
        case 15: for _ in 0..<numbers.below(40) { try snapshot.append(entry(.message(numbers.one(of: samples)))) }
        default: try snapshot.append(entry(.message(numbers.one(of: samples))))
        }
    }

    private mutating func entry(_ content: HistoryEntry<Message>.Content) -> HistoryEntry<Message> {
        count += 1
        var entry = HistoryEntry(content, id: EntryID("\(count) \(text().prefix(20))"), date: date())
        entry.isPinned = numbers.below(5) == 0
        entry.isIncomplete = numbers.below(9) == 0
        if numbers.below(4) == 0 { entry.sender = text() }
        if numbers.below(4) == 0 { entry.metadata = object(depth: 2) }
        return entry
    }

    private mutating func date() -> Date? {
        switch numbers.below(5) {
        case 0: nil
        case 1: Date(timeIntervalSinceReferenceDate: Double(numbers.below(2_000_000_000)))
        case 2: Date(timeIntervalSinceReferenceDate: (numbers.fraction() - 0.5) * 1e13)
        default: Date(timeIntervalSinceReferenceDate: 8e8 + numbers.fraction() * 1e7)
        }
    }

    private mutating func text() -> String { numbers.one(of: SampleConversations.strangeTexts) }

    private mutating func number() -> JSONValue {
        JSONNumber(numbers.one(of: SampleConversations.strangeNumbers)).map(JSONValue.number) ?? .null
    }

    private mutating func object(depth: Int) -> JSONObject {
        JSONObject((0..<numbers.below(4)).map { _ in (key: text(), value: value(depth: depth - 1)) })
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch numbers.below(depth > 0 ? 8 : 5) {
        case 0: .null
        case 1: .bool(numbers.below(2) == 0)
        case 2: number()
        case 3: .string(text())
        case 4: numbers.below(8) == 0 ? SampleConversations.nested(numbers.number(in: 500...508)) : 1
        case 5: .array((0..<numbers.below(4)).map { _ in value(depth: depth - 1) })
        default: .object(object(depth: depth))
        }
    }
}
