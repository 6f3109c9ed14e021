import TestSupport
import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct StoredDateTests {
    private func written(_ date: Date) -> String {
        var writer = JSONWriter()
        StoredDate.write(date, to: &writer)
        return writer.string
    }

    private func read(_ text: String) throws -> Date {
        var writer = JSONWriter()
        writer.append(utf8Of: text)
        return try writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: 8)
            return try StoredDate.read(from: &reader)
        }
    }

    private func expectRoundTrip(_ seconds: Double) throws {
        let date = Date(timeIntervalSinceReferenceDate: seconds)
        let text = written(date)
        #expect(try read(text).timeIntervalSinceReferenceDate == seconds, "\(text)")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func randomDatesComeBackExactly(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            try expectRoundTrip(.random(in: 0..<1e9, using: &numbers))
            try expectRoundTrip(.random(in: -1e11..<1e12, using: &numbers))
            try expectRoundTrip(Double.random(in: -1e9..<1e10, using: &numbers).rounded())
            try expectRoundTrip((Double.random(in: 0..<1e9, using: &numbers) * 1e3).rounded() / 1e3)
            try expectRoundTrip((Double.random(in: -1e8..<1e9, using: &numbers) * 1e6).rounded() / 1e6)
            let pattern = UInt64.random(in: .min ... .max, using: &numbers)
            let any = Double(bitPattern: pattern)
            if any.isFinite { try expectRoundTrip(any) }
        }
    }

    @Test func farAndSmallDatesComeBackExactly() throws {
        let firstSecond = -63_113_904_000.0
        let lastSecond = 252_423_993_599.0
        for seconds in [firstSecond, lastSecond] {
            for step in [-1, -0.5, 0, 0.001, 0.5, 0.999, 0.999_999_9, 1] { try expectRoundTrip(seconds + step) }
        }
        let extremes = [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-9, -1e-9, 1e300, -1e300]
        for seconds in extremes + [.greatestFiniteMagnitude, -.greatestFiniteMagnitude] { try expectRoundTrip(seconds) }
        try expectRoundTrip(Date.distantPast.timeIntervalSinceReferenceDate)
        try expectRoundTrip(Date.distantFuture.timeIntervalSinceReferenceDate)
    }

    @Test func everyDayOfTheCalendarComesBack() throws {
        // 400 years hold every form of a year.
        let changed = (0..<146_097).filter { day in
            let date = Date(timeIntervalSinceReferenceDate: Double(day) * 86_400)
            return StoredDate.parse(String(written(date).dropFirst().dropLast())) != date
        }
        #expect(changed.isEmpty)
    }

    @Test(arguments: [
        (0, "2001-01-01T00:00:00Z"), (0.5, "2001-01-01T00:00:00.500Z"), (-0.25, "2000-12-31T23:59:59.750Z"),
        (-1, "2000-12-31T23:59:59Z"), (725_760_000.123_456, "2024-01-01T00:00:00.123456Z"),
        (730_943_999, "2024-02-29T23:59:59Z"), (-978_307_200, "1970-01-01T00:00:00Z"),
        (-63_113_904_000, "0001-01-01T00:00:00Z"), (252_423_993_599, "9999-12-31T23:59:59Z"),
    ])
    func isSpeltAsISO8601(_ seconds: Double, _ text: String) {
        #expect(written(Date(timeIntervalSinceReferenceDate: seconds)) == "\"\(text)\"")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNoDateCanBeReadBack(_ seconds: Double) throws {
        _ = try read(written(Date(timeIntervalSinceReferenceDate: seconds)))
    }

    @Test(arguments: [
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07+00:00"), ("2026-03-04T05:06:07Z", "2026-03-04T07:36:07+02:30"),
        ("2026-03-04T05:06:07Z", "2026-03-03T19:06:07-10:00"),
        ("2026-03-04T05:06:07.5Z", "2026-03-04T05:06:07.500000000Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"), ("2027-01-01T05:29:60+05:30", "2027-01-01T00:00:00Z"),
        ("2000-02-29T12:00:00Z", "2000-02-29T14:00:00+02:00"), ("2026-03-04T05:06:07Z", "2026-03-05T05:05:07+23:59"),
    ])
    func otherSpellingsAreRead(_ text: String, _ other: String) throws {
        #expect(try read("\"\(text)\"") == read("\"\(other)\""))
    }

    @Test(arguments: [
        "", "2026", "2026-03-04", "2026-03-04T05:06:07", "2026-13-04T05:06:07Z", "2026-00-04T05:06:07Z",
        "2026-03-32T05:06:07Z", "2026-03-04T24:00:00Z", "2026-03-04T05:60:00Z", "2026-03-04 05:06:07Z",
        "2026-03-04T05:06:07.Z", "2026-03-04T05:06:07ZZ", "0000-03-04T05:06:07Z", "२०२६-03-04T05:06:07Z",
    ])
    func whatIsNoDateIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try read("\"\(text)\"") }
    }

    @Test(arguments: [
        "2026-02-30T05:06:07Z", "2026-02-29T05:06:07Z", "1900-02-29T05:06:07Z", "2024-02-30T05:06:07Z",
        "2026-04-31T05:06:07Z", "2026-06-31T05:06:07Z", "2026-09-31T05:06:07Z", "2026-11-31T05:06:07Z",
        "2026-03-00T05:06:07Z", "2026-03-04T23:59:60Z", "2026-03-04T05:06:60Z", "2026-12-31T23:59:60+01:00",
        "2026-12-31T23:59:61Z", "2026-03-04T05:06:07+24:00", "2026-03-04T05:06:07+99:99", "2026-03-04T05:06:07-00:60",
        "12026-03-04T05:06:07Z", "-2026-03-04T05:06:07Z", "+2026-03-04T05:06:07Z",
    ])
    func aMomentThatNeverWasIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try read("\"\(text)\"") }
    }

    @Test func everyDayThatExistsIsReadAndNoOther() {
        for year in [1900, 2000, 2024, 2026] {
            var read = 0
            for month in 1...12 {
                for day in 1...31 {
                    let digits = [month, day].map { ($0 < 10 ? "0" : "") + String($0) }
                    guard let date = StoredDate.parse("\(year)-\(digits[0])-\(digits[1])T00:00:00Z") else { continue }
                    read += 1
                    #expect(written(date) == "\"\(year)-\(digits[0])-\(digits[1])T00:00:00Z\"")
                }
            }
            #expect(read == (year == 2000 || year == 2024 ? 366 : 365))
        }
    }
}
