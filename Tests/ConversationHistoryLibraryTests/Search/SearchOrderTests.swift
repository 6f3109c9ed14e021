import Foundation
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("Search: the order of hits")
struct SearchOrderTests {
    private func cursor(_ occurrences: Int, _ date: Double?, _ conversation: ConversationID, _ position: Int)
        -> SearchCursor
    {
        SearchCursor(
            occurrences: occurrences,
            date: date.map { Date(timeIntervalSince1970: $0) },
            conversation: conversation,
            position: position
        )
    }

    @Test("Newest first: dates, then conversations by their bytes, then the later entry; undated entries last")
    func newestFirst() {
        let expected = [
            cursor(1, 30, "b", 0), cursor(9, 20, "B", 0), cursor(1, 20, "a", 7), cursor(5, 20, "a", 2),
            cursor(1, 20, "e\u{301}", 0), cursor(1, 20, "é", 0), cursor(1, -5, "a", 0), cursor(7, nil, "a", 3),
            cursor(8, nil, "a", 1), cursor(9, nil, "b", 9),
        ]
        check(.newestFirst, expected)
    }

    @Test("By rank: occurrences, then as newest first")
    func byRank() {
        let expected = [
            cursor(9, nil, "b", 0), cursor(5, 30, "b", 1), cursor(5, 20, "a", 7), cursor(5, 20, "a", 2),
            cursor(5, nil, "a", 9), cursor(1, 99, "a", 0),
        ]
        check(.byRank, expected)
    }

    private func check(_ order: SearchOrder, _ expected: [SearchCursor]) {
        for (first, one) in expected.enumerated() {
            for (second, other) in expected.enumerated() {
                #expect(order.precedes(one, other) == (first < second), "\(first), \(second)")
            }
        }
    }

    @Test("A hit's cursor is its place, and survives being stored")
    func cursors() throws {
        let hit = SearchHit(
            conversation: "c",
            title: nil,
            entry: "e",
            position: 4,
            date: Date(timeIntervalSince1970: 12.5),
            role: .user,
            snippet: SearchSnippet(text: "one", matches: [0..<3]),
            occurrences: 3
        )
        #expect(hit.cursor == cursor(3, 12.5, "c", 4))
        let stored = try JSONEncoder().encode(hit.cursor)
        #expect(try JSONDecoder().decode(SearchCursor.self, from: stored) == hit.cursor)
    }
}
