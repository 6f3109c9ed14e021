/// A number of a JSON text, exactly as it is written there.
///
/// JSON sets no limit to the size or the precision of numbers. This type keeps the text, so `9007199254740993`,
/// `1e400`, `-0` and `1.0` all come back as they were. Two numbers are equal if they are written alike:
/// `1` and `1.0` are not.
public struct JSONNumber: Hashable, Sendable {
    /// The number as JSON text.
    public let text: String

    /// Creates a number from text that is known to be one in JSON.
    init(unchecked text: String) {
        self.text = text
    }

    /// Creates a number from its JSON text, or returns nothing if the text is not exactly one JSON number.
    public init?(_ text: String) {
        guard Decimals(text) != nil else { return nil }
        // A bridged string would be slow to read for ever after.
        var text = text
        text.makeContiguousUTF8()
        self.init(unchecked: text)
    }

    /// Creates a number from an integer of any width.
    public init(_ value: some BinaryInteger) {
        self.init(unchecked: value.description)
    }

    /// Creates a number from a floating-point value, or returns nothing if that is infinite or not a number.
    ///
    /// The text is the shortest that reads as the same value, with a fraction or an exponent.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.init(unchecked: value.description)
    }

    /// Creates a number from a floating-point value, or returns nothing if that is infinite or not a number.
    ///
    /// The text is the shortest that reads as the same value, with a fraction or an exponent.
    public init?(_ value: Float) {
        guard value.isFinite else { return nil }
        self.init(unchecked: value.description)
    }

    /// The value as an `Int`, if it is a whole number in its range.
    public var intValue: Int? { integer() }

    /// The value as a `UInt64`, if it is a whole number in its range.
    public var uint64Value: UInt64? { integer() }

    /// The nearest `Double`, or nothing if the value is beyond the finite ones.
    public var doubleValue: Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Returns the value as an integer type, if it is a whole number in its range; `1.0` and `2e3` are whole numbers.
    public func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        Value(text) ?? Decimals(text)?.integer()
    }

    /// Compares two numbers by their text.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    /// Feeds the text to a hasher.
    public func hash(into hasher: inout Hasher) {
        text.hashBytes(into: &hasher)
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
    /// The parts of a number's text.
    private struct Decimals {
        var isNegative = false
        var digits: [UInt8] = []
        /// The power of ten by which the digits, read as an integer, are to be multiplied.
        var exponent = 0

        /// Takes a text apart, or fails if it is not a JSON number.
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
                let count = digits.count
                while let next = digit() { digits.append(next) }
                guard digits.count > count else { return nil }
                exponent = count - digits.count
            }
            if accept(0x65, 0x45) != nil {
                let sign = accept(0x2B, JSONBytes.minus)
                guard var power = digit().map(Int.init) else { return nil }
                // Far beyond every integer type, where the exact power no longer matters.
                while let next = digit() { power = min(power * 10 + Int(next), 1 << 40) }
                exponent += sign == JSONBytes.minus ? -power : power
            }
            guard rest.isEmpty else { return nil }
        }

        /// The value, if it is whole and in the type's range.
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
    }
}
