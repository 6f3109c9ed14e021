import Testing

@testable import ConversationHistory

@Suite struct StringBytesTests {
    @Test func equalityIsThatOfTheBytes() {
        for length in 0...40 {
            let string = String(repeating: "a", count: length)
            let copy = String(decoding: Array(repeating: UInt8(0x61), count: length), as: UTF8.self)
            #expect(string.hasSameBytes(as: string))
            #expect(string.hasSameBytes(as: copy))
            #expect(!string.hasSameBytes(as: string + "a"))
            for place in 0..<length {
                var bytes = Array(string.utf8)
                bytes[place] = 0x62
                #expect(!string.hasSameBytes(as: String(decoding: bytes, as: UTF8.self)))
            }
        }
        #expect(!"é".hasSameBytes(as: "e\u{301}"))
        #expect(!"a\u{323}\u{302}".hasSameBytes(as: "a\u{302}\u{323}"))
    }

    @Test func keysAreHashedByTheirBytes() {
        let keys = ["é", "e\u{301}", "", "\u{0}", "a", "é"].map(ByteString.init)
        #expect(Set(keys).count == 5)
        #expect(ByteString("\u{E9}").hashValue == ByteString("é").hashValue)
    }

    @Test func orderIsThatOfTheBytes() {
        let sorted = ["", "a", "a\u{0}", "aa", "b", "é", "\u{FFFF}", "\u{10000}"]
        for (first, left) in sorted.enumerated() {
            for (second, right) in sorted.enumerated() { #expect(left.bytesPrecede(right) == (first < second)) }
        }
    }
}
