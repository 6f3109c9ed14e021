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

    @Test func isTheRemainderBitByBit() {
        var generator = SeededGenerator(seed: 3)
        for count in Array(0...80) + [255, 1000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            var remainder = UInt32.max
            for byte in bytes {
                remainder ^= UInt32(byte)
                for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            }
            #expect(checksum(bytes) == ~remainder)
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
