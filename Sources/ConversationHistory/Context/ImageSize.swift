// Unsafe buffer: the digits are read in place, each at an offset that was compared with their count. Neither the
// buffer nor a `Base64Bytes` outlives the closure that received the buffer.

/// Base64 data with random access to the decoded bytes.
struct Base64Bytes {
    private let digits: UnsafeRawBufferPointer

    init(_ digits: UnsafeRawBufferPointer) { self.digits = digits }

    /// The number of decoded bytes.
    var count: Int {
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        let (groups, rest) = digits.count.quotientAndRemainder(dividingBy: 4)
        return max(0, 3 * groups + max(0, rest - 1) - padding)
    }

    /// The byte at an offset, or `nil` if the offset is out of range or the characters there aren't digits.
    subscript(offset: Int) -> UInt8? {
        let (group, place) = offset.quotientAndRemainder(dividingBy: 3)
        let (first, overflow) = group.multipliedReportingOverflow(by: 4)
        guard !overflow, first >= 0, first < digits.count, digits.count - first > place + 1,
            let left = Self.value(digits[first + place]), let right = Self.value(digits[first + place + 1])
        else { return nil }
        return UInt8(truncatingIfNeeded: (left &<< 6 | right) &>> (4 - 2 * UInt16(place)))
    }

    /// Returns whether the decoded bytes begin with a prefix.
    func starts(with prefix: [UInt8]) -> Bool {
        prefix.indices.allSatisfy { self[$0] == prefix[$0] }
    }

    /// Returns a big-endian number of `count` bytes.
    func bigEndian(at offset: Int, count: Int) -> UInt32? {
        var number: UInt32 = 0
        for index in 0..<count {
            guard let byte = self[offset + index] else { return nil }
            number = number &<< 8 | UInt32(byte)
        }
        return number
    }

    /// Returns a little-endian number of `count` bytes.
    func littleEndian(at offset: Int, count: Int) -> UInt32? {
        var number: UInt32 = 0
        for index in (0..<count).reversed() {
            guard let byte = self[offset + index] else { return nil }
            number = number &<< 8 | UInt32(byte)
        }
        return number
    }

    /// Returns whether a character is a base64 digit of either alphabet, or padding.
    static func isDigit(_ character: UInt8) -> Bool { value(character) != nil || character == UInt8(ascii: "=") }

    private static func value(_ character: UInt8) -> UInt16? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt16(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt16(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}

/// The size of an image in pixels, according to its header.
struct ImageSize: Hashable {
    let width: UInt32
    let height: UInt32

    /// Reads the header of a PNG, JPEG, GIF or WebP, or returns `nil` for anything else.
    ///
    /// Decodes about a thousand bytes at most.
    init?(_ bytes: Base64Bytes) {
        let size: (width: UInt32?, height: UInt32?)
        switch bytes[0] {
        case 0x89: size = Self.png(bytes)
        case 0xFF: size = Self.jpeg(bytes)
        case UInt8(ascii: "G"): size = Self.gif(bytes)
        case UInt8(ascii: "R"): size = Self.webP(bytes)
        default: return nil
        }
        guard let width = size.width, let height = size.height else { return nil }
        self.width = width
        self.height = height
    }

    private static func png(_ bytes: Base64Bytes) -> (UInt32?, UInt32?) {
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return (nil, nil) }
        return (bytes.bigEndian(at: 16, count: 4), bytes.bigEndian(at: 20, count: 4))
    }

    private static func gif(_ bytes: Base64Bytes) -> (UInt32?, UInt32?) {
        guard bytes.starts(with: Array("GIF8".utf8)) else { return (nil, nil) }
        return (bytes.littleEndian(at: 6, count: 2), bytes.littleEndian(at: 8, count: 2))
    }

    /// Reads the size of a JPEG, and skips the segments before it, such as previews and color profiles.
    private static func jpeg(_ bytes: Base64Bytes) -> (UInt32?, UInt32?) {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return (nil, nil) }
        var offset = 2
        for _ in 0..<256 {
            guard bytes[offset] == 0xFF, let marker = bytes[offset + 1] else { return (nil, nil) }
            switch marker {
            case 0xFF: offset += 1
            // A frame with any coding; the other markers in this range are tables.
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                return (bytes.bigEndian(at: offset + 7, count: 2), bytes.bigEndian(at: offset + 5, count: 2))
            case 0x01, 0xD0...0xD7: offset += 2
            default:
                guard let length = bytes.bigEndian(at: offset + 2, count: 2), length >= 2 else { return (nil, nil) }
                // Doesn't overflow: at most 256 times 64 KiB.
                offset += 2 + Int(length)
            }
        }
        return (nil, nil)
    }

    private static func webP(_ bytes: Base64Bytes) -> (UInt32?, UInt32?) {
        guard bytes.starts(with: Array("RIFF".utf8)), bytes.bigEndian(at: 8, count: 4) == 0x5745_4250 else {
            return (nil, nil)
        }
        switch bytes.bigEndian(at: 12, count: 4) {
        case 0x5650_3820:  // "VP8 "
            guard bytes.bigEndian(at: 23, count: 3) == 0x9D012A else { return (nil, nil) }
            return (
                bytes.littleEndian(at: 26, count: 2).map { $0 & 0x3FFF },
                bytes.littleEndian(at: 28, count: 2).map { $0 & 0x3FFF }
            )
        case 0x5650_384C:  // "VP8L"
            guard bytes[20] == 0x2F, let sizes = bytes.littleEndian(at: 21, count: 4) else { return (nil, nil) }
            return ((sizes & 0x3FFF) + 1, (sizes &>> 14 & 0x3FFF) + 1)
        case 0x5650_3858:  // "VP8X"
            return (
                bytes.littleEndian(at: 24, count: 3).map { $0 + 1 },
                bytes.littleEndian(at: 27, count: 3).map { $0 + 1 }
            )
        default: return (nil, nil)
        }
    }
}
