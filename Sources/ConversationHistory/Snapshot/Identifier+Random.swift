#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Identifier {
    /// Returns a new, unique identifier of 26 digits and lowercase letters.
    ///
    /// The first ten characters encode the time in milliseconds, so identifiers sort by the time of their creation. The
    /// other sixteen encode 80 random bits.
    public static func unique() -> Self {
        var generator = SystemRandomNumberGenerator()
        return unique(at: Date(), using: &generator)
    }

    static func unique(at date: Date, using generator: inout some RandomNumberGenerator) -> Self {
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000)) & 0xffff_ffff_ffff
        let high = UInt64.random(in: 0..<1 << 40, using: &generator)
        let low = UInt64.random(in: 0..<1 << 40, using: &generator)
        let text = String(unsafeUninitializedCapacity: 26) { buffer in
            // Each of the 26 bytes is written below, and each is ASCII.
            Self.spell(milliseconds, count: 10, into: buffer, at: 0)
            Self.spell(high, count: 8, into: buffer, at: 10)
            Self.spell(low, count: 8, into: buffer, at: 18)
            return 26
        }
        return Self(text)
    }

    private static func spell(
        _ value: UInt64,
        count: Int,
        into buffer: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        var rest = value
        for position in stride(from: start + count - 1, through: start, by: -1) {
            // The 32 letters of Crockford's base 32: no i, l, o or u.
            let digit = UInt8(truncatingIfNeeded: rest & 31)
            let letters: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"
            buffer[position] = letters.utf8Start[Int(digit)]
            rest >>= 5
        }
    }
}
