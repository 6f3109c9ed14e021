import Foundation
import Testing

@testable import convo

@Suite struct DisplayDateTests {
    @Test func daysBeginAndEnd() throws {
        let start = try #require(DisplayDate.parse("2025-03-01", isEnd: false))
        let end = try #require(DisplayDate.parse("2025-03-01", isEnd: true))
        #expect(DisplayDate.text(start) == "2025-03-01 00:00")
        #expect(DisplayDate.text(end) == "2025-03-02 00:00")
        #expect(DisplayDate.parse("2024-02-29", isEnd: false) != nil)
    }

    @Test func momentsHaveZones() {
        let date = Date(timeIntervalSince1970: 1_740_787_200)
        for text in ["2025-03-01T00:00:00Z", "2025-03-01T05:45:00+05:45", "2025-03-01T00:00:00.000Z"] {
            #expect(DisplayDate.parse(text, isEnd: false) == date)
            #expect(DisplayDate.parse(text, isEnd: true) == date)
        }
    }

    @Test(arguments: [
        "", "2025", "2025-3-1", "2025-02-29", "2025-13-01", "2025-00-10", "01.03.2025", "٢٠٢٥-٠٣-٠١",
        "2025-03-01T00:00",
    ])
    func refuses(_ text: String) {
        #expect(DisplayDate.parse(text, isEnd: false) == nil)
    }

    @Test func noDateIsNothing() { #expect(DisplayDate.text(nil) == "") }
}
