/// The bytes with a meaning in JSON, and tests of eight bytes at a time.
enum JSONBytes {
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let openBracket: UInt8 = 0x5B
    static let closeBracket: UInt8 = 0x5D
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
    static let minus: UInt8 = 0x2D
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Returns a mark, the high bit, for each byte that ends plain string text: a quote, a backslash or a control
    /// character.
    ///
    /// The borrow of a subtraction can mark bytes above the first match, but never below it, so only the lowest mark
    /// counts.
    @inline(__always)
    static func stops(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = word &- (ones &* 0x20)
        return ((quotes &- ones) | (backslashes &- ones) | controls) & ~word & highBits
    }

    /// Returns the marks of `stops`, and marks for bytes that are not ASCII.
    @inline(__always)
    static func stopsOrNonASCII(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = word &- (ones &* 0x20)
        return ((quotes &- ones) | (backslashes &- ones) | controls | word) & highBits
    }

    /// Returns the index of the byte with the lowest mark.
    @inline(__always)
    static func firstIndex(_ marks: UInt64) -> Int {
        marks.trailingZeroBitCount &>> 3
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- zero < 10
    }
}
