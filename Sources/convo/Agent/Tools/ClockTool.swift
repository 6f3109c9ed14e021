import ConversationHistory
import Foundation

/// Returns the date and the time.
struct ClockTool: Tool {
    /// Returns the current date.
    let now: @Sendable () -> Date

    /// The time zone of the result.
    let timeZone: TimeZone

    let name = "clock"
    let description = "Returns the current date, day of the week and time."
    let parameters = Self.schema([:])

    func run(_ arguments: JSONValue) async throws -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date = now()
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
        func padded(_ number: Int?, _ count: Int = 2) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, count - digits.count)) + digits
        }
        // Formatted by hand, because the system's formatters depend on the user's settings.
        let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let offset = timeZone.secondsFromGMT(for: date)
        let zone = (offset < 0 ? "-" : "+") + padded(abs(offset) / 3600) + ":" + padded(abs(offset) / 60 % 60)
        return """
            \(days[((parts.weekday ?? 1) - 1) % 7]), \
            \(padded(parts.year, 4))-\(padded(parts.month))-\(padded(parts.day)) \
            \(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second)) \(zone)
            """
    }
}
