import TestSupport
import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct IdentifierTests {
    @Test func isComparedByBytes() {
        let composed: EntryID = "caf\u{e9}"
        let decomposed: EntryID = "cafe\u{301}"
        #expect(composed.rawValue == decomposed.rawValue, "Swift takes the two texts for one.")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(decomposed < composed)
        #expect(!(composed < composed))
        #expect(EntryID("") < "\u{0}" && EntryID("a") < "aa" && EntryID("\u{ffff}") < "\u{10000}")
    }

    @Test func uniqueIsSpeltAsDocumented() {
        let letters = Set("0123456789abcdefghjkmnpqrstvwxyz")
        let ids = (0..<2_000).map { _ in ConversationID.unique() }
        #expect(Set(ids).count == ids.count)
        for id in ids {
            #expect(id.rawValue.utf8.count == 26)
            #expect(letters.isSuperset(of: id.rawValue))
        }
    }

    @Test func uniqueSortsByTime() {
        var numbers = SeededGenerator(seed: 4)
        let times = [-1e9, 0, 0.001, 1, 31, 32, 1e9, 1e9 + 0.001, 2e9, 1e11]
        let ids = times.map { EntryID.unique(at: Date(timeIntervalSince1970: $0), using: &numbers) }
        for (number, id) in ids.enumerated().dropFirst(2) { #expect(ids[number - 1] < id) }
        #expect(ids[0].rawValue.hasPrefix("0000000000"), "A time before 1970 counts as 1970.")
        #expect(ids[2].rawValue.hasPrefix("0000000001"))
    }

    @Test func uniqueDependsOnItsGenerator() {
        let date = Date(timeIntervalSince1970: 1_800_000_000)
        var (first, second) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
        let id = EntryID.unique(at: date, using: &first)
        #expect(id == EntryID.unique(at: date, using: &second))
        #expect(id != EntryID.unique(at: date, using: &second))
    }
}
