import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange

@Suite struct FirstSeenTableTests {
    /// A key that counts with how many others it is compared.
    private struct Key: Hashable {
        final class Counter: Sendable {
            let count = Lock(0)
        }

        let number: Int
        let counter: Counter

        static func == (left: Key, right: Key) -> Bool {
            left.counter.count.withLock { $0 += 1 }
            return left.number == right.number
        }

        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    @Test func whatItCostsGrowsWithTheNumberOfKeysAndNotWithItsSquare() {
        let counter = Key.Counter()
        var table = FirstSeenTable<Key, [Int]>()
        for round in 0..<2 {
            for number in 0..<4000 {
                table.change(Key(number: number, counter: counter), default: [number]) { $0.append(round) }
            }
        }
        #expect(table.values == (0..<4000).map { [$0, 0, 1] })
        // A few that share a place in the table, and not each with each.
        #expect(counter.count.withLock { $0 } < 40_000)
    }
}
