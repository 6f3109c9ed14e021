import Foundation
import Testing

@testable import convo

@Suite struct ShownDateTests {
    @Test func daysBeginAndEnd() throws {
        let start = try #require(ShownDate.parse("2025-03-01", isEnd: false))
        let end = try #require(ShownDate.parse("2025-03-01", isEnd: true))
        #expect(ShownDate.text(start) == "2025-03-01 00:00")
        #expect(ShownDate.text(end) == "2025-03-02 00:00")
        #expect(ShownDate.parse("2024-02-29", isEnd: false) != nil)
    }

    @Test func momentsHaveZones() {
        let date = Date(timeIntervalSince1970: 1_740_787_200)
        for text in ["2025-03-01T00:00:00Z", "2025-03-01T05:45:00+05:45", "2025-03-01T00:00:00.000Z"] {
            #expect(ShownDate.parse(text, isEnd: false) == date)
            #expect(ShownDate.parse(text, isEnd: true) == date)
        }
    }

    @Test(arguments: [
        "", "2025", "2025-3-1", "2025-02-29", "2025-13-01", "2025-00-10", "01.03.2025", "٢٠٢٥-٠٣-٠١",
        "2025-03-01T00:00",
    ])
    func refuses(_ text: String) {
        #expect(ShownDate.parse(text, isEnd: false) == nil)
    }

    @Test func noDateIsNothing() { #expect(ShownDate.text(nil) == "") }
}
