import ConversationHistory
import Foundation

/// Formats and parses dates in the time zone of the system.
enum DisplayDate {
    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .current
        return calendar
    }

    /// Returns a date with hours and minutes; empty for `nil`.
    static func text(_ date: Date?) -> String {
        guard let date else { return "" }
        // A file can contain dates outside the range of the calendar.
        guard abs(date.timeIntervalSinceReferenceDate) < 1e12 else { return "unknown" }
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        func digits(_ number: Int?, _ count: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2)) "
            + "\(digits(parts.hour, 2)):\(digits(parts.minute, 2))"
    }

    /// Parses a day, such as `2025-03-01`, or a time with a zone, such as `2025-03-01T09:30:00Z`.
    ///
    /// - Parameter isEnd: Whether a day stands for its end instead of its beginning.
    static func parse(_ text: String, isEnd: Bool) -> Date? {
        if let date = StoredDate.parse(text) { return date }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.count) == [4, 2, 2],
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        let components = DateComponents(year: year, month: month, day: day)
        guard let date = calendar.date(from: components),
            // The calendar would accept an invalid day, such as June 31, as the next valid one.
            calendar.dateComponents([.year, .month, .day], from: date) == components
        else { return nil }
        return isEnd ? calendar.date(byAdding: .day, value: 1, to: date) : date
    }
}
