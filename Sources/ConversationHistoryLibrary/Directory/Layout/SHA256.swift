import ConversationHistory

/// The hash function SHA-256 (FIPS 180-4), for names that must resist deliberate collisions.
package enum SHA256 {
    /// The fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8.
    private static let (constants, start): ([UInt32], [UInt32]) = {
        var primes: [UInt64] = []
        var candidate: UInt64 = 2
        while primes.count < 64 {
            if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return (primes.map { rootFraction($0, power: 3) }, primes.prefix(8).map { rootFraction($0, power: 2) })
    }()

    /// Returns the first 32 fractional bits of a root, computed bit by bit because floating point is not exact enough.
    private static func rootFraction(_ number: UInt64, power: Int) -> UInt32 {
        // root · 2³² is the largest integer whose power is at most number · 2^(32 · power).
        let target = UInt128(number) << UInt128(32 * power)
        var root: UInt128 = 0
        for bit in (0..<37).reversed() {
            let next = root | (1 << UInt128(bit))
            let value = power == 2 ? next * next : next * next * next
            if value <= target { root = next }
        }
        return UInt32(truncatingIfNeeded: root)
    }

    /// Returns the 32 bytes of the hash.
    package static func hash(_ message: [UInt8]) -> [UInt8] {
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        let bitCount = UInt64(message.count) * 8
        padded += (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * $0)) }
        var state = start
        for block in stride(from: 0, to: padded.count, by: 64) {
            var words = (0..<16).map { word in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[block + 4 * word + $1]) }
            }
            for index in 16..<64 {
                let low = words[index - 15]
                let high = words[index - 2]
                let first = rotate(low, 7) ^ rotate(low, 18) ^ (low >> 3)
                let second = rotate(high, 17) ^ rotate(high, 19) ^ (high >> 10)
                words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
            }
            mix(words, into: &state)
        }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    private static func mix(_ words: [UInt32], into state: inout [UInt32]) {
        var v = state
        for round in 0..<64 {
            let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
            let upper = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)
            let lower = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)
            let first = v[7] &+ upper &+ choice &+ constants[round] &+ words[round]
            v = [first &+ lower &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for index in state.indices { state[index] = state[index] &+ v[index] }
    }

    private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }
}
