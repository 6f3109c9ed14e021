import TestSupport
import Testing

@testable import ConversationHistory

/// The list behaves as an array does, and shares what two lists have in common.
@Suite struct SharedListTests {
    private let chunk = SharedList<Int>.chunkCount

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func behavesAsAnArray(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        var list = SharedList<Int>()
        var model: [Int] = []
        var older: [(list: SharedList<Int>, model: [Int])] = []
        for step in 0..<250 {
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0...3:
                let count = Int.random(in: 0...100, using: &numbers)
                list.append(contentsOf: step..<step + count)
                model.append(contentsOf: step..<step + count)
            case 4:
                list.append(step)
                model.append(step)
            case 5 where !model.isEmpty:
                let position = Int.random(in: model.indices, using: &numbers)
                list.replace(at: position, with: -step)
                model[position] = -step
            case 6:
                let range = randomRange(in: model.count, using: &numbers)
                list.removeSubrange(range)
                model.removeSubrange(range)
            case 7:
                let count = Int.random(in: 0...model.count + 3, using: &numbers)
                #expect(Array(list.prefix(count)) == Array(model.prefix(count)))
                #expect(Array(list.suffix(from: min(count, model.count))) == Array(model[min(count, model.count)...]))
            default:
                older.append((list, model))
            }
            #expect(list.count == model.count && list.elementsEqual(model))
        }
        for (list, model) in older { #expect(list.elementsEqual(model), "An older value has changed.") }
    }

    private func randomRange(in count: Int, using numbers: inout SeededGenerator) -> Range<Int> {
        let lower = Int.random(in: 0...count, using: &numbers)
        return lower..<min(count, lower + Int.random(in: 0...160, using: &numbers))
    }

    @Test func equalityLooksAtElements() {
        let elements = Array(0..<3 * chunk + 5)
        let list = SharedList(elements)
        #expect(list == SharedList(elements))
        for position in [0, chunk - 1, chunk, 3 * chunk, 3 * chunk + 4] {
            var other = list
            other.replace(at: position, with: -1)
            #expect(other != list)
            other.replace(at: position, with: position)
            #expect(other == list)
        }
        #expect(list != list.prefix(3 * chunk + 4))
        #expect(SharedList<Int>() == SharedList([]))
    }

    @Test func anAppendSharesAllThatWasThere() {
        for count in [0, 1, chunk - 1, chunk, chunk + 1, 4 * chunk + 7] {
            let list = SharedList(0..<count)
            var longer = list
            longer.append(contentsOf: 0..<2 * chunk)
            #expect(list.sharedPrefixCount(with: longer) == count)
            #expect(longer.sharedPrefixCount(with: list) == count)
        }
    }

    @Test func sharedPrefixEndsAtTheFirstChange() {
        let list = SharedList(0..<5 * chunk + 9)
        for position in [0, 1, chunk - 1, chunk, 2 * chunk + 3, 5 * chunk, 5 * chunk + 8] {
            var replaced = list
            replaced.replace(at: position, with: list[position])
            #expect(list.sharedPrefixCount(with: replaced) == position)
            var removed = list
            removed.removeSubrange(position..<position + 1)
            #expect(list.sharedPrefixCount(with: removed) == position)
            #expect(list.sharedPrefixCount(with: list.prefix(position)) == position)
        }
    }

    @Test func equalListsThatAreNotCopiesShareNothing() {
        let elements = 0..<3 * chunk
        #expect(SharedList(elements).sharedPrefixCount(with: SharedList(elements)) == 0)
    }

    @Test func replacingKeepsTheOtherElementsShared() {
        let list = SharedList(0..<4 * chunk)
        var other = list
        other.replace(at: chunk + 1, with: 0)
        for position in list.indices where position != chunk + 1 {
            #expect(list.box(at: position) === other.box(at: position))
        }
    }
}
