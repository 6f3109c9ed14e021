import ConversationHistory
import Foundation
import Testing

@testable import convo

@Suite struct ClockToolTests {
    @Test(arguments: [
        (0.0, 0, "Thursday, 1970-01-01 00:00:00 +00:00"), (951_782_400.0, 20700, "Tuesday, 2000-02-29 05:45:00 +05:45"),
        (0.0, -12600, "Wednesday, 1969-12-31 20:30:00 -03:30"),
    ])
    func tellsTheTime(_ seconds: Double, _ offset: Int, _ expected: String) async throws {
        let zone = try #require(TimeZone(secondsFromGMT: offset))
        let clock = ClockTool(now: { Date(timeIntervalSince1970: seconds) }, timeZone: zone)
        #expect(try await clock.run([:]) == expected)
    }
}
