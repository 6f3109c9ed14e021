import ConversationHistory
import Foundation

/// Tells the date and the time.
struct ClockTool: Tool {
    /// What the clock shows.
    let now: @Sendable () -> Date

    /// Where the clock hangs.
    let timeZone: TimeZone

    let name = "clock"
    let description = "Tells the current date, day of the week and time."
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
        // By hand, as a format of the system's would depend on the user's settings.
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
