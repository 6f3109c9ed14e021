import Testing

@testable import ConversationHistory

@Suite struct CRC32Tests {
    private func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var checksum = CRC32()
        Array(bytes).withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }

    @Test(
        arguments: [
            ("", 0), ("a", 0xE8B7_BE43), ("abc", 0x3524_41C2), ("123456789", 0xCBF4_3926),
            ("message digest", 0x2015_9D7F), ("abcdefghijklmnopqrstuvwxyz", 0x4C27_50BD),
            ("The quick brown fox jumps over the lazy dog", 0x414F_A339),
            ("12345678901234567890123456789012345678901234567890123456789012345678901234567890", 0x7CA9_4A72),
        ] as [(String, UInt32)]
    )
    func hasTheKnownValues(_ text: String, _ expected: UInt32) {
        #expect(checksum(text.utf8) == expected)
    }

    /// The definition: one bit after the other.
    private func remainder(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        return ~remainder
    }

    private func randomBytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    // Around 448 bytes folding begins; from about 1,000 on the window is filled more than once.
    @Test func isTheRemainderBitByBit() {
        for count in Array(0...300) + [440, 447, 448, 449, 455, 456, 463, 1023, 1024, 1025, 2000, 5003] {
            let bytes = randomBytes(count, seed: 3)
            #expect(checksum(bytes) == remainder(bytes))
        }
    }

    @Test func doesNotDependOnTheAlignment() {
        let bytes = randomBytes(1600, seed: 4)
        for first in 0..<16 {
            for count in [20, 300, 500, 1500] {
                let part = bytes[first..<first + count]
                var inPlace = CRC32()
                bytes.withUnsafeBytes { inPlace.update(UnsafeRawBufferPointer(rebasing: $0[first..<first + count])) }
                #expect(inPlace.value == remainder(part))
            }
        }
    }

    @Test func takesLongBytesInAnyPieces() {
        let bytes = randomBytes(1500, seed: 5)
        let expected = remainder(bytes)
        for cut in stride(from: 0, through: bytes.count, by: 37) {
            var pieces = CRC32()
            bytes[..<cut].withUnsafeBytes { pieces.update($0) }
            bytes[cut...].withUnsafeBytes { pieces.update($0) }
            #expect(pieces.value == expected)
        }
    }

    @Test func takesBytesInAnyPieces() {
        let bytes = (0..<100).map { UInt8($0) }
        for cut in 0...bytes.count {
            var pieces = CRC32()
            bytes[..<cut].withUnsafeBytes { pieces.update($0) }
            #expect(pieces.value == checksum(bytes[..<cut]))
            bytes[cut...].withUnsafeBytes { pieces.update($0) }
            #expect(pieces.value == checksum(bytes))
        }
    }
}
