// Unsafe pointers: sixteen bytes are loaded at a time and the tables are read without index checks, whose indices
// are bytes and therefore in range.

/// The cyclic redundancy check of zlib, gzip and PNG (polynomial 0xEDB88320, reflected), sixteen bytes at a time.
struct CRC32: Hashable, Sendable {
    private var state: UInt32 = .max

    /// Creates the checksum of no bytes.
    init() {}

    /// The checksum of all bytes so far.
    var value: UInt32 { ~state }

    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard var place = bytes.baseAddress else { return }
        var left = bytes.count
        var state = self.state
        Self.tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress else { return }
            // What a byte becomes once `distance` more bytes have followed it.
            func entry(_ distance: Int, _ word: UInt64, _ shift: UInt64) -> UInt32 {
                table[distance &<< 8 | Int(truncatingIfNeeded: word &>> shift & 0xFF)]
            }
            while left >= 16 {
                let low = place.loadUnaligned(as: UInt64.self).littleEndian ^ UInt64(state)
                let high = place.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
                let first = entry(15, low, 0) ^ entry(14, low, 8) ^ entry(13, low, 16) ^ entry(12, low, 24)
                let second = entry(11, low, 32) ^ entry(10, low, 40) ^ entry(9, low, 48) ^ entry(8, low, 56)
                let third = entry(7, high, 0) ^ entry(6, high, 8) ^ entry(5, high, 16) ^ entry(4, high, 24)
                let fourth = entry(3, high, 32) ^ entry(2, high, 40) ^ entry(1, high, 48) ^ entry(0, high, 56)
                state = (first ^ second) ^ (third ^ fourth)
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
