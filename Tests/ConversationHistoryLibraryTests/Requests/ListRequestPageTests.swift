import ConversationHistory
import ConversationHistoryLibrary
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct ListRequestPageTests {
    private func day(_ number: Double) -> Date { Date(timeIntervalSinceReferenceDate: number * 86_400) }

    private func info(_ id: String, updated: Double, title: String? = nil, deleted: Bool = false) -> ConversationInfo {
        ConversationInfo(
            id: ConversationID(id),
            title: title,
            created: day(0),
            updated: day(updated),
            deleted: deleted ? day(9) : nil
        )
    }

    private func ids(_ page: ListPage) -> [String] { page.conversations.map(\.id.rawValue) }

    @Test func tiesAreBrokenByBytes() {
        let infos = ["b", "e\u{301}", "B", "\u{e9}", "a"].map { info($0, updated: 1) } + [info("z", updated: 2)]
        let newest = ids(ListRequest().page(of: infos))
        #expect(newest.map { Array($0.utf8) } == ["z", "B", "a", "b", "e\u{301}", "\u{e9}"].map { Array($0.utf8) })
        let oldest = ids(ListRequest(order: .oldestFirst).page(of: infos))
        #expect(oldest.map { Array($0.utf8) } == ["B", "a", "b", "e\u{301}", "\u{e9}", "z"].map { Array($0.utf8) })
    }

    @Test(arguments: [-1, 0, 1, 2, 3, 4, Int.max])
    func limit(_ limit: Int) {
        let infos = [info("a", updated: 3), info("b", updated: 2), info("c", updated: 1)]
        let page = ListRequest(limit: limit).page(of: infos)
        #expect(ids(page) == Array(["a", "b", "c"].prefix(max(0, limit))))
        #expect(page.next == ((1..<3).contains(limit) ? ListCursor(infos[limit - 1]) : nil))
    }

    @Test func cursorNamesAPlaceAndNotARow() {
        let infos = [info("a", updated: 3), info("c", updated: 3), info("d", updated: 1)]
        let gone = ListCursor(updated: day(3), id: "b")
        #expect(ids(ListRequest(cursor: gone).page(of: infos)) == ["c", "d"])
        #expect(ids(ListRequest(order: .oldestFirst, cursor: gone).page(of: infos)) == ["c"])
        #expect(ids(ListRequest(cursor: ListCursor(updated: day(0), id: "")).page(of: infos)).isEmpty)
        #expect(ids(ListRequest(cursor: ListCursor(updated: day(4), id: "zz")).page(of: infos)) == ["a", "c", "d"])
    }

    @Test func filters() {
        let infos = [
            info("a", updated: 1, title: "Tōkyō trip"), info("b", updated: 2), info("c", updated: 3, title: "trips"),
            info("d", updated: 4, title: "trip", deleted: true),
        ]
        #expect(ids(ListRequest(title: "TOKYO").page(of: infos)) == ["a"])
        #expect(ids(ListRequest(title: "trip").page(of: infos)) == ["a"])
        #expect(ids(ListRequest(title: "").page(of: infos)).isEmpty)
        #expect(ids(ListRequest(title: "trip", trash: .only).page(of: infos)) == ["d"])
        #expect(ids(ListRequest(updated: day(2)..<day(3)).page(of: infos)) == ["b"])
        #expect(ids(ListRequest(created: day(1)..<day(9)).page(of: infos)).isEmpty)
        #expect(ids(ListRequest(owner: Owner(user: "ada")).page(of: infos)).isEmpty)
    }
}
