/// A number of a JSON text, exactly as it is written.
///
/// JSON doesn't limit the size or the precision of numbers. This type keeps the text, so `9007199254740993`, `1e400`,
/// `-0` and `1.0` are all preserved. Two numbers are equal if their texts are the same: `1` and `1.0` are not equal.
public struct JSONNumber: Hashable, Sendable {
    /// The number as JSON text.
    public let text: String

    /// Creates a number from text that is known to be a JSON number.
    init(unchecked text: String) {
        self.text = text
    }

    /// Creates a number from its JSON text; `nil` if the text isn't exactly one JSON number.
    public init?(_ text: String) {
        guard Decimals(text) != nil else { return nil }
        // A bridged string would be slow to read each time.
        var text = text
        text.makeContiguousUTF8()
        self.init(unchecked: text)
    }

    /// Creates a number from an integer of any width.
    public init(_ value: some BinaryInteger) {
        self.init(unchecked: value.description)
    }

    /// Creates a number from a floating-point value; `nil` if the value is infinite or not a number.
    ///
    /// The text is the shortest that reads as the same value, with a fraction or an exponent.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.init(unchecked: value.description)
    }

    /// Creates a number from a floating-point value; `nil` if the value is infinite or not a number.
    ///
    /// The text is the shortest that reads as the same value, with a fraction or an exponent.
    public init?(_ value: Float) {
        guard value.isFinite else { return nil }
        self.init(unchecked: value.description)
    }

    /// The value as an `Int`; `nil` unless it is a whole number in that range.
    public var intValue: Int? { integer() }

    /// The value as a `UInt64`; `nil` unless it is a whole number in that range.
    public var uint64Value: UInt64? { integer() }

    /// The nearest `Double`; `nil` if the value is beyond the finite range.
    public var doubleValue: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Returns the value as an integer type, if it is a whole number in the range of that type.
    ///
    /// `1.0` and `2e3` are whole numbers.
    public func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        Value(text) ?? Decimals(text)?.integer()
    }

    /// Compares two numbers by their text.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) {
        text.hashBytes(into: &hasher)
    }

    /// Returns the exact decimal sum of two numbers.
    ///
    /// The sum of two integers is written as an integer. If one of the numbers has a fraction or an exponent, the sum
    /// has one, too. If a sum would take thousands of digits, the result is the number that is farther from zero.
    static func sum(_ left: JSONNumber, _ right: JSONNumber) -> JSONNumber {
        // Both texts were checked when the numbers were made.
        guard let first = Decimals(left.text), let second = Decimals(right.text) else { return right }
        let isInteger = first.isInteger && second.isInteger
        guard let sum = first.adding(second) else { return first.order < second.order ? right : left }
        return JSONNumber(unchecked: sum.text(asInteger: isInteger))
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The number as JSON text.
    public var description: String { text }
}

extension JSONNumber: ExpressibleByIntegerLiteral {
    /// Creates a number from an integer literal.
    public init(integerLiteral value: Int) {
        self.init(value)
    }
}

extension JSONNumber {
    /// A number's text, split into its parts.
    private struct Decimals {
        /// The limit that larger exponents are reduced to; it is far beyond every integer type.
        private static var highestPower: Int { 1 << 40 }
        /// The largest number of digits for which a sum is computed.
        private static var mostDigits: Int { 4_096 }

        var isNegative = false
        var digits: [UInt8] = []
        /// The power of ten that the digits, read as an integer, are multiplied by.
        var exponent = 0
        /// Whether the text has neither a fraction nor an exponent.
        private(set) var isInteger = true

        /// Parses a text; `nil` if it isn't a JSON number.
        init?(_ text: String) {
            var rest = text.utf8[...]
            func digit() -> UInt8? {
                guard let byte = rest.first, JSONBytes.isDigit(byte) else { return nil }
                rest.removeFirst()
                return byte - JSONBytes.zero
            }
            func accept(_ bytes: UInt8...) -> UInt8? {
                guard let byte = rest.first, bytes.contains(byte) else { return nil }
                rest.removeFirst()
                return byte
            }
            isNegative = accept(JSONBytes.minus) != nil
            guard let first = digit() else { return nil }
            digits.append(first)
            while let next = digit() {
                guard first != 0 else { return nil }
                digits.append(next)
            }
            if accept(0x2E) != nil {
                isInteger = false
                let count = digits.count
                while let next = digit() { digits.append(next) }
                guard digits.count > count else { return nil }
                exponent = count - digits.count
            }
            if accept(0x65, 0x45) != nil {
                isInteger = false
                let sign = accept(0x2B, JSONBytes.minus)
                guard var power = digit().map(Int.init) else { return nil }
                while let next = digit() { power = min(power * 10 + Int(next), Self.highestPower) }
                exponent += sign == JSONBytes.minus ? -power : power
            }
            guard rest.isEmpty else { return nil }
        }

        /// Returns the value, if it is a whole number in the range of the type.
        func integer<Value: FixedWidthInteger>() -> Value? {
            var digits = self.digits
            var exponent = self.exponent
            while exponent < 0, digits.last == 0 {
                digits.removeLast()
                exponent += 1
            }
            if digits.allSatisfy({ $0 == 0 }) { return 0 }
            guard exponent >= 0, exponent < Value.bitWidth else { return nil }
            var value: Value = 0
            for digit in digits + [UInt8](repeating: 0, count: exponent) {
                let (product, high) = value.multipliedReportingOverflow(by: 10)
                let (sum, low) =
                    isNegative
                    ? product.subtractingReportingOverflow(Value(digit))
                    : product.addingReportingOverflow(Value(digit))
                guard !high, !low else { return nil }
                value = sum
            }
            return value
        }

        // MARK: - Sums

        private var isZero: Bool { digits.allSatisfy { $0 == 0 } }

        /// The number of digits before the decimal point when the number is written without an exponent.
        ///
        /// Zero has the lowest order.
        var order: Int {
            guard let first = digits.firstIndex(where: { $0 != 0 }) else { return .min }
            return digits.count - first + exponent
        }

        /// Returns the sum; `nil` if it takes too many digits.
        func adding(_ other: Decimals) -> Decimals? {
            if isZero { return other }
            if other.isZero { return self }
            let (left, right) = (trimmed, other.trimmed)
            let lowest = min(left.exponent, right.exponent)
            guard max(left.order, right.order) - lowest <= Self.mostDigits,
                max(left.exponent.magnitude, right.exponent.magnitude) < Self.highestPower / 2
            else { return nil }
            var (large, small) = (left.shifted(to: lowest), right.shifted(to: lowest))
            let count = max(large.count, small.count)
            large.insert(contentsOf: repeatElement(0, count: count - large.count), at: 0)
            small.insert(contentsOf: repeatElement(0, count: count - small.count), at: 0)
            let isSwapped = large.lexicographicallyPrecedes(small)
            if isSwapped { swap(&large, &small) }
            var sum = self
            sum.isNegative = isSwapped ? other.isNegative : isNegative
            sum.digits = isNegative == other.isNegative ? Self.sum(large, small) : Self.difference(large, small)
            sum.exponent = lowest
            return sum
        }

        /// The same number without zeros at either end of its digits.
        private var trimmed: Decimals {
            var trimmed = self
            trimmed.digits = Array(digits.drop { $0 == 0 })
            while trimmed.digits.last == 0 {
                trimmed.digits.removeLast()
                trimmed.exponent += 1
            }
            return trimmed
        }

        /// Returns the digits of the number for a lower exponent.
        private func shifted(to lower: Int) -> [UInt8] {
            digits + [UInt8](repeating: 0, count: exponent - lower)
        }

        /// Returns the sum of two lists of digits of equal length.
        private static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
            var sum = left
            var carry: UInt8 = 0
            for place in sum.indices.reversed() {
                let digit = left[place] + right[place] + carry
                (carry, sum[place]) = digit.quotientAndRemainder(dividingBy: 10)
            }
            return carry == 0 ? sum : [carry] + sum
        }

        /// Returns the difference of two lists of digits of equal length, the first of which is not less.
        private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
            var difference = left
            var borrow: UInt8 = 0
            for place in difference.indices.reversed() {
                let taken = right[place] + borrow
                borrow = left[place] < taken ? 1 : 0
                difference[place] = left[place] + 10 * borrow - taken
            }
            return difference
        }

        /// Returns the number as the shortest JSON text, with a fraction or an exponent unless it should be an integer.
        func text(asInteger: Bool) -> String {
            let trimmed = trimmed
            guard !trimmed.digits.isEmpty else { return asInteger ? "0" : "0.0" }
            let digits = trimmed.digits.map { Character(Unicode.Scalar(JSONBytes.zero + $0)) }
            let sign = isNegative ? "-" : ""
            let point = digits.count + trimmed.exponent
            func zeros(_ count: Int) -> String { String(repeating: "0", count: max(0, count)) }
            if asInteger { return sign + String(digits) + zeros(trimmed.exponent) }
            switch point {
            case 1...40:
                let whole = String(digits.prefix(point)) + zeros(point - digits.count)
                return sign + whole + "." + (digits.count > point ? String(digits.dropFirst(point)) : "0")
            case -9...0: return sign + "0." + zeros(-point) + String(digits)
            default:
                let fraction = digits.count > 1 ? "." + String(digits.dropFirst()) : ""
                return sign + String(digits[0]) + fraction + "e" + (point > 0 ? "+" : "") + String(point - 1)
            }
        }
    }
}
