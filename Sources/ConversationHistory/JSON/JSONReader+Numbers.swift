// Unsafe pointers: see JSONReader.swift.

extension JSONReader {
    /// Reads an integer that is written without a fraction or an exponent and fits into an `Int`.
    package mutating func readInt() throws(JSONError) -> Int {
        let first = try beginNumber()
        var place = first
        let isNegative = place.load(as: UInt8.self) == JSONBytes.minus
        if isNegative { place += 1 }
        // The value is accumulated as a negative number because the negative range is larger by one.
        var value = 0
        var overflow = false
        while true {
            let digit = place.load(as: UInt8.self) &- JSONBytes.zero
            guard digit < 10 else { break }
            let (product, high) = value.multipliedReportingOverflow(by: 10)
            let (difference, low) = product.subtractingReportingOverflow(Int(digit))
            overflow = overflow || high || low
            value = difference
            place += 1
        }
        let isInteger = try skipNumber()
        guard isInteger else { throw error(.typeMismatch, at: first) }
        if overflow { throw error(.numberOutOfRange, at: first) }
        if isNegative { return value }
        guard value != .min else { throw error(.numberOutOfRange, at: first) }
        return -value
    }

    /// Reads a number as the nearest `Double`; a number beyond the finite range is refused.
    mutating func readDouble() throws(JSONError) -> Double {
        let first = try beginNumber()
        _ = try skipNumber()
        if let value = simpleDouble(first) { return value }
        let text = Self.makeString(first, cursor - first, isASCII: true)
        guard let value = Double(text), value.isFinite else { throw error(.numberOutOfRange, at: first) }
        return value
    }

    /// Reads a number and keeps its text.
    mutating func readNumber() throws(JSONError) -> JSONNumber {
        let first = try beginNumber()
        _ = try skipNumber()
        return JSONNumber(unchecked: Self.makeString(first, cursor - first, isASCII: true))
    }

    /// Checks that a number comes next, and returns its start.
    @inline(__always)
    private mutating func beginNumber() throws(JSONError) -> UnsafeRawPointer {
        let byte = skipBlanks()
        guard byte == JSONBytes.minus || JSONBytes.isDigit(byte) else { throw mismatch() }
        return cursor
    }

    /// Checks the number at the cursor and moves past it.
    ///
    /// - Returns: Whether the number has neither a fraction nor an exponent.
    mutating func skipNumber() throws(JSONError) -> Bool {
        var place = cursor
        if place.load(as: UInt8.self) == JSONBytes.minus { place += 1 }
        if place.load(as: UInt8.self) == JSONBytes.zero {
            place += 1
            guard !JSONBytes.isDigit(place.load(as: UInt8.self)) else { throw error(.invalidNumber, at: place) }
        } else {
            try skipDigits(&place)
        }
        var isInteger = true
        if place.load(as: UInt8.self) == 0x2E {
            isInteger = false
            place += 1
            try skipDigits(&place)
        }
        if place.load(as: UInt8.self) | 0x20 == 0x65 {
            isInteger = false
            place += 1
            let sign = place.load(as: UInt8.self)
            if sign == 0x2B || sign == JSONBytes.minus { place += 1 }
            try skipDigits(&place)
        }
        cursor = place
        return isInteger
    }

    /// Moves past one or more digits.
    @inline(__always)
    private func skipDigits(_ place: inout UnsafeRawPointer) throws(JSONError) {
        guard JSONBytes.isDigit(place.load(as: UInt8.self)) else { throw error(.invalidNumber, at: place) }
        repeat {
            place += 1
        } while JSONBytes.isDigit(place.load(as: UInt8.self))
    }

    /// Returns the value of the number between `first` and the cursor, if a single exactly rounded operation yields it.
    ///
    /// Integers below 2^53 and powers of ten up to 10^22 are exact, so the quotient of an integer and a power is the
    /// nearest value.
    private func simpleDouble(_ first: UnsafeRawPointer) -> Double? {
        guard cursor - first <= 20 else { return nil }
        var place = first
        let isNegative = place.load(as: UInt8.self) == JSONBytes.minus
        if isNegative { place += 1 }
        var significand: UInt64 = 0
        var decimals = 0
        var isFraction = false
        while place < cursor {
            let byte = place.load(as: UInt8.self)
            place += 1
            if byte == 0x2E {
                isFraction = true
            } else {
                guard JSONBytes.isDigit(byte), significand < 1 &<< 53 else { return nil }
                significand = significand &* 10 &+ UInt64(byte &- JSONBytes.zero)
                if isFraction { decimals += 1 }
            }
        }
        guard significand < 1 &<< 53 else { return nil }
        var divisor = 1.0
        for _ in 0..<decimals { divisor *= 10 }
        let value = Double(significand) / divisor
        return isNegative ? -value : value
    }
}
