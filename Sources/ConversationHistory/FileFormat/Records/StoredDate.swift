#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The stored form of a date: ISO 8601 in UTC with as many digits as the date needs to be read back exactly.
///
/// A date that needs more than nine digits after the point, or a year of other than four digits, is stored as the
/// number of seconds since 2001-01-01 instead.
package enum StoredDate {
    /// The number of days from 1970-01-01 to 2001-01-01.
    private static let referenceDay = 11323

    /// Returns whether a date can be written and read back: whether it is finite.
    package static func canWrite(_ date: Date?) -> Bool {
        date?.timeIntervalSinceReferenceDate.isFinite ?? true
    }

    package static func write(_ date: Date, to writer: inout JSONWriter) {
        let seconds = date.timeIntervalSinceReferenceDate
        let whole = seconds.rounded(.down)
        // Years 1 to 9999: ISO 8601 has no common form for others.
        guard whole >= -63_113_904_000, whole < 252_423_993_600 else {
            writer.write(seconds.isFinite ? seconds : 0)
            return
        }
        for (digits, scale) in fractions {
            let fraction = ((seconds - whole) * scale).rounded()
            guard fraction < scale, whole + fraction / scale == seconds else { continue }
            writeSpelled(Int(whole), fraction: Int(fraction), digits: digits, to: &writer)
            return
        }
        writer.write(seconds)
    }

    /// Reads a date.
    ///
    /// It marks the reader as lossy if the date would be written differently, because it has another time zone than UTC
    /// or more digits than a date can represent.
    package static func read(from reader: inout JSONReader) throws(JSONError) -> Date {
        let offset = reader.offset
        if reader.peek() == .number {
            let start = reader.position
            let date = Date(timeIntervalSinceReferenceDate: try reader.readDouble())
            let text = UnsafeRawBufferPointer(start: reader.start + start, count: reader.position - start)
            var writer = JSONWriter(capacity: 64)
            write(date, to: &writer)
            if !writer.withUnsafeBytes({ $0.elementsEqual(text) }) { reader.isLossy = true }
            return date
        }
        // No character of a date needs an escape, but a date with escapes is still valid.
        let token = try reader.readToken()
        guard let spelled = token.hasEscapes ? Spelled(token.string) : Spelled(token.bytes) else {
            throw JSONError(code: .invalidValue, offset: offset, message: "This is not a date.")
        }
        if token.hasEscapes || !spelled.isAsWritten { reader.isLossy = true }
        return spelled.date
    }

    /// The possible numbers of digits in a fraction, each with the number of such units in a second.
    private static let fractions = [(0, 1.0), (3, 1e3), (6, 1e6), (9, 1e9)]

    private static func writeSpelled(_ seconds: Int, fraction: Int, digits: Int, to writer: inout JSONWriter) {
        let (day, second) = seconds.quotientAndRemainderFloored(dividingBy: 86400)
        let (year, month, dayOfMonth) = civil(day + referenceDay)
        writer.append(JSONBytes.quote)
        func put(_ value: Int, count: Int, then separator: UInt8) {
            writer.append(lastDigits: count, of: UInt(value))
            writer.append(separator)
        }
        put(year, count: 4, then: UInt8(ascii: "-"))
        put(month, count: 2, then: UInt8(ascii: "-"))
        put(dayOfMonth, count: 2, then: UInt8(ascii: "T"))
        put(second / 3600, count: 2, then: UInt8(ascii: ":"))
        put(second / 60 % 60, count: 2, then: UInt8(ascii: ":"))
        put(second % 60, count: 2, then: digits == 0 ? UInt8(ascii: "Z") : UInt8(ascii: "."))
        if digits > 0 { put(fraction, count: digits, then: UInt8(ascii: "Z")) }
        writer.append(JSONBytes.quote)
    }

    /// Parses an ISO 8601 date with a time and a time zone; `nil` for any other text and for dates that don't exist.
    package static func parse(_ text: String) -> Date? { Spelled(text)?.date }

    /// A date in ISO 8601, with the details of its spelling that a date does not hold.
    private struct Spelled {
        let date: Date
        private let nanoseconds: Int
        private let digitCount: Int
        /// Whether the time zone is `Z` and the second isn't a leap second.
        private let isPlain: Bool

        init?(_ text: String) {
            var text = text
            guard let spelled = text.withUTF8({ Spelled(UnsafeRawBufferPointer($0)) }) else { return nil }
            self = spelled
        }

        init?(_ bytes: UnsafeRawBufferPointer) {
            var bytes = bytes[...]
            func number(_ count: Int, then separator: UInt8? = nil) -> Int? {
                guard bytes.count >= count else { return nil }
                var value = 0
                for byte in bytes.prefix(count) {
                    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                    value = value * 10 + Int(byte - UInt8(ascii: "0"))
                }
                bytes = bytes.dropFirst(count)
                if let separator {
                    guard bytes.first == separator else { return nil }
                    bytes = bytes.dropFirst()
                }
                return value
            }
            guard let year = number(4, then: UInt8(ascii: "-")), let month = number(2, then: UInt8(ascii: "-")),
                let day = number(2), bytes.popFirst() == UInt8(ascii: "T"),
                let hour = number(2, then: UInt8(ascii: ":")), let minute = number(2, then: UInt8(ascii: ":")),
                let second = number(2),
                year > 0, (1...12).contains(month), (1...dayCount(of: month, in: year)).contains(day),
                hour < 24, minute < 60, second <= 60
            else { return nil }
            var (nanoseconds, digitCount) = (0, 0)
            if bytes.first == UInt8(ascii: ".") {
                bytes = bytes.dropFirst()
                let digits = bytes.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
                guard !digits.isEmpty else { return nil }
                for place in 0..<9 {
                    let digit = place < digits.count ? Int(digits[digits.startIndex + place] - UInt8(ascii: "0")) : 0
                    nanoseconds = nanoseconds * 10 + digit
                }
                digitCount = digits.count
                bytes = bytes.dropFirst(digits.count)
            }
            var (shift, isUTC) = (0, false)
            switch bytes.popFirst() {
            case UInt8(ascii: "Z"): isUTC = true
            case let sign? where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
                guard let hours = number(2, then: UInt8(ascii: ":")), let minutes = number(2), hours < 24, minutes < 60
                else { return nil }
                shift = (hours * 60 + minutes) * 60 * (sign == UInt8(ascii: "+") ? -1 : 1)
            default: return nil
            }
            guard bytes.isEmpty else { return nil }
            let days = dayNumber(year, month, day) - referenceDay
            let seconds = days * 86400 + hour * 3600 + minute * 60 + second + shift
            // A leap second is the last second of a month in UTC, and counts as the first second of the next month.
            guard second < 60 || isStartOfMonth(seconds) else { return nil }
            date = Date(timeIntervalSinceReferenceDate: Double(seconds) + Double(nanoseconds) / 1e9)
            self.nanoseconds = nanoseconds
            self.digitCount = digitCount
            isPlain = isUTC && second < 60
        }

        /// Whether writing the date would produce the same spelling.
        var isAsWritten: Bool {
            guard isPlain else { return false }
            if digitCount == 0 { return true }
            let seconds = date.timeIntervalSinceReferenceDate
            let whole = seconds.rounded(.down)
            for (digits, scale) in fractions {
                let fraction = ((seconds - whole) * scale).rounded()
                guard fraction < scale, whole + fraction / scale == seconds else { continue }
                // `nanoseconds` contains the digits that were read, padded with zeros.
                return digits == digitCount && fraction * (1e9 / scale) == Double(nanoseconds)
            }
            return false
        }
    }

    /// Returns the year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
    private static func civil(_ day: Int) -> (Int, Int, Int) {
        // Years start in March, so that a leap day is the last day of its year. 146,097 days make 400 years.
        let (era, dayOfEra) = (day + 719_468).quotientAndRemainderFloored(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    /// Returns whether a number of seconds since 2001-01-01 is the first second of a month.
    private static func isStartOfMonth(_ seconds: Int) -> Bool {
        let (day, second) = seconds.quotientAndRemainderFloored(dividingBy: 86400)
        return second == 0 && civil(day + referenceDay).2 == 1
    }

    private static func dayCount(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = year.quotientAndRemainderFloored(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int {
    fileprivate func quotientAndRemainderFloored(dividingBy divisor: Int) -> (Int, Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension StoredDate {
    /// Returns the stored form of a date as a JSON value.
    package static func value(of date: Date) -> JSONValue {
        var writer = JSONWriter(capacity: 64)
        write(date, to: &writer)
        let text = writer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        // A date in quotes contains no escapes.
        return text.hasPrefix("\"")
            ? .string(String(text.dropFirst().dropLast())) : .number(JSONNumber(unchecked: text))
    }

    /// Returns the date in a stored form that is a JSON value; `nil` if the value isn't a date.
    package static func date(of value: JSONValue) -> Date? {
        switch value {
        case .string(let text): parse(text)
        case .number(let number): number.doubleValue.map(Date.init(timeIntervalSinceReferenceDate:))
        default: nil
        }
    }
}
