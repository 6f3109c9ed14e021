import ConversationHistory
import Foundation

/// Dates as people read and type them: in the time zone of the system.
enum ShownDate {
    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        return calendar
    }

    /// Returns a date and a time to the minute; nothing for no date.
    static func text(_ date: Date?) -> String {
        guard let date else { return "" }
        // Files can hold dates that no calendar has.
        guard abs(date.timeIntervalSinceReferenceDate) < 1e12 else { return "unknown" }
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2)) "
            + "\(digits(parts.hour, 2)):\(digits(parts.minute, 2))"
    }

    /// Understands a day, such as `2025-03-01`, or a moment with its zone, such as `2025-03-01T09:30:00Z`.
    ///
    /// - Parameter isEnd: Whether a day means its end rather than its beginning.
    static func parse(_ text: String, isEnd: Bool) -> Date? {
        if let date = StoredDate.parse(text) { return date }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        let components = DateComponents(year: year, month: month, day: day)
        guard let date = calendar.date(from: components),
            // What is no day, such as the 31st of June, would be taken for the next one.
            calendar.dateComponents([.year, .month, .day], from: date) == components
        else { return nil }
        return isEnd ? calendar.date(byAdding: .day, value: 1, to: date) : date
    }
}
