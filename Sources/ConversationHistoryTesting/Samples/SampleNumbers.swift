import ConversationHistoryLibrary

/// A random number generator that depends only on its seed, on every platform and in every release.
struct SampleNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        // The state of xorshift64* must not be zero.
        state = (seed ^ 0x2545_f491_4f6c_dd1d) | 1 << 63
    }

    /// Returns the next number (xorshift64*).
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }

    /// Returns a number that is at least 0 and less than a bound, which must be far less than 2³¹.
    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }

    /// Returns a number in a range.
    mutating func number(in range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// Returns a number that is at least 0 and less than 1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53 as UInt64) }

    /// Returns an approximately normally distributed number.
    mutating func around(_ mean: Double, deviation: Double) -> Int {
        let sum = (0..<4).reduce(0.0) { sum, _ in sum + fraction() }
        return Int(mean + (sum - 2) * deviation * 1.732)
    }

    /// Returns one of the elements, which must not be empty.
    mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
