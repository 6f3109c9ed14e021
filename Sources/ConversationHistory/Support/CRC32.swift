// Unsafe pointers: eight bytes are loaded at a time, none outside of the bytes given or the window, and the tables are
// read without index checks, whose indices are bytes and therefore in range.

/// The cyclic redundancy check of zlib, gzip and PNG (polynomial 0xEDB88320, reflected).
///
/// The checksum is the remainder of the bytes, taken as one long polynomial, and remainders do not change when a
/// multiple of the divisor is added. One such multiple has only seven terms, all of them whole bytes apart:
/// adding it takes a byte away and adds it again 129, 138, 150, 169, 183 and 212 bytes further on. So a long run of
/// bytes is first folded into its last ``reach`` bytes, by nothing but exclusive ors of many bytes at a time, and only
/// these are divided, which takes a look into a table for each byte.
package struct CRC32: Hashable, Sendable {
    private var state: UInt32 = .max

    /// Creates the checksum of no bytes.
    package init() {}

    /// Creates the checksum of some bytes.
    package init(of bytes: UnsafeRawBufferPointer) { update(bytes) }

    /// The checksum of all bytes so far.
    package var value: UInt32 { ~state }

    /// Adds bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard var place = bytes.baseAddress else { return }
        var left = bytes.count
        var state = self.state
        Self.tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress else { return }
            // Folding pays once it spares as many bytes as it leaves.
            if left >= 2 * Self.reach { state = Self.fold(&place, &left, state, table) }
            while left >= 16 {
                state = Self.divide(Self.word(place) ^ UInt64(state), Self.word(place + 8), table)
                place += 16
                left -= 16
            }
            while left > 0 {
                state = state &>> 8 ^ table[Int((state ^ UInt32(place.load(as: UInt8.self))) & 0xFF)]
                place += 1
                left -= 1
            }
        }
        self.state = state
    }

    @inline(__always)
    private static func word(_ place: UnsafeRawPointer) -> UInt64 {
        place.loadUnaligned(as: UInt64.self).littleEndian
    }

    // MARK: - Folding

    /// How far a byte is moved at most, rounded up to what is divided at a time.
    private static var reach: Int { 224 }

    /// The size of the window; as much as is surely on the stack.
    private static var windowCount: Int { 1024 }

    /// Takes all but the last few bytes, and returns the remainder.
    ///
    /// The window holds the bytes as they are when those before them have been taken away, which is what is to be
    /// added further on: first the `reach` bytes before the current one, and at last as many zeros, for the bytes that
    /// stay.
    private static func fold(
        _ place: inout UnsafeRawPointer,
        _ left: inout Int,
        _ state: UInt32,
        _ table: UnsafePointer<UInt32>
    ) -> UInt32 {
        withUnsafeTemporaryAllocation(byteCount: windowCount, alignment: 16) { window in
            guard let start = window.baseAddress else { return state }
            let (first, last) = (start + reach, start + windowCount - reach)
            start.initializeMemory(as: UInt8.self, repeating: 0, count: reach)
            first.storeBytes(of: (word(place) ^ UInt64(state)).littleEndian, as: UInt64.self)
            var target = first + 8
            place += 8
            left -= 8
            while left >= reach + 8 {
                if target == last {
                    start.copyMemory(from: last - reach, byteCount: reach)
                    target = first
                }
                let count = min((left - reach) & ~7, last - target)
                for offset in stride(from: 0, to: count, by: 8) {
                    (target + offset).storeBytes(of: folded(place + offset, target + offset), as: UInt64.self)
                }
                place += count
                target += count
                left -= count
            }
            target.initializeMemory(as: UInt8.self, repeating: 0, count: reach)
            var remainder: UInt32 = 0
            for offset in stride(from: 0, to: reach, by: 16) {
                let low = folded(place + offset, target + offset).littleEndian
                let high = folded(place + offset + 8, target + offset + 8).littleEndian
                remainder = divide(low ^ UInt64(remainder), high, table)
            }
            place += reach
            left -= reach
            return remainder
        }
    }

    /// The eight bytes at `place`, with what is added of those taken away before them; `target` is their place in the window.
    @inline(__always)
    private static func folded(_ place: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) -> UInt64 {
        func added(_ distance: Int) -> UInt64 { (target - distance).loadUnaligned(as: UInt64.self) }
        let near = added(129) ^ added(138) ^ added(150)
        let far = added(169) ^ added(183) ^ added(212)
        return place.loadUnaligned(as: UInt64.self) ^ near ^ far
    }

    // MARK: - Dividing

    /// The remainder of sixteen bytes, to the first of which that of all before has been added.
    @inline(__always)
    private static func divide(_ low: UInt64, _ high: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
        // What a byte becomes once `distance` more bytes have followed it.
        func entry(_ distance: Int, _ word: UInt64, _ shift: UInt64) -> UInt32 {
            table[distance &<< 8 | Int(truncatingIfNeeded: word &>> shift & 0xFF)]
        }
        let first = entry(15, low, 0) ^ entry(14, low, 8) ^ entry(13, low, 16) ^ entry(12, low, 24)
        let second = entry(11, low, 32) ^ entry(10, low, 40) ^ entry(9, low, 48) ^ entry(8, low, 56)
        let third = entry(7, high, 0) ^ entry(6, high, 8) ^ entry(5, high, 16) ^ entry(4, high, 24)
        let fourth = entry(3, high, 32) ^ entry(2, high, 40) ^ entry(1, high, 48) ^ entry(0, high, 56)
        return (first ^ second) ^ (third ^ fourth)
    }

    /// Sixteen tables of 256 remainders: of a byte, and of a byte followed by up to fifteen zeros.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 16 * 256)
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
            }
            tables[byte] = remainder
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
        }
        return tables
    }()
}
