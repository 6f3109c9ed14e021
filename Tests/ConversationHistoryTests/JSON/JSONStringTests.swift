import Testing

@testable import ConversationHistory

/// Strings as the reader takes them: escapes, surrogates, UTF-8, and what stands at the borders of words.
@Suite struct JSONStringTests {
    private func read(_ bytes: [UInt8]) throws(JSONError) -> (string: String, hasLoneSurrogate: Bool) {
        try withReader(of: bytes) { (reader) throws(JSONError) in
            let string = try reader.readString()
            try reader.expectEnd()
            return (string, reader.isLossy)
        }
    }

    private func failure(_ bytes: [UInt8]) -> JSONError? {
        error { () throws(JSONError) in _ = try read(bytes) }
    }

    @Test(arguments: [
        (#"\u0041"#, "A"), (#"\u00e9\u00E9"#, "éé"), (#"\u20ac"#, "€"), (#"\uD83C\uDF89"#, "🎉"),
        (#"\ud83c\udf89"#, "🎉"), (#"\u0000"#, "\u{0}"),
        (#"\u007f\u0080\u07ff\u0800\uffff"#, "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"),
        (#"\ud800\udc00\udbff\udfff"#, "\u{10000}\u{10FFFF}"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#"\\u0041"#, #"\u0041"#), (#"\u005cu0041"#, #"\u0041"#), (#"\ufeff"#, "\u{FEFF}"),
        (#"e\u0301"#, "e\u{301}"),
    ])
    func unescapes(_ text: String, _ expected: String) throws {
        for padding in 0...17 {
            let around = String(repeating: "x", count: padding)
            let found = try read(Array("\"\(around)\(text)\(around)\"".utf8))
            #expect(found.string.hasSameBytes(as: around + expected + around))
            #expect(!found.hasLoneSurrogate)
        }
    }

    @Test(arguments: [
        (#"\ud800"#, "\u{FFFD}"), (#"\udfff"#, "\u{FFFD}"), (#"\udc00\ud800"#, "\u{FFFD}\u{FFFD}"),
        (#"\ud800\ud800\udc00"#, "\u{FFFD}\u{10000}"), (#"\ud800\u0041"#, "\u{FFFD}A"), (#"\ud800\n"#, "\u{FFFD}\n"),
        (#"\ud800x"#, "\u{FFFD}x"), (#"\ud83c🎉"#, "\u{FFFD}🎉"), (#"\udbff\\udfff"#, "\u{FFFD}\\udfff"),
    ])
    func replacesAndReportsLoneSurrogates(_ text: String, _ expected: String) throws {
        let found = try read(Array("\"\(text)\"".utf8))
        #expect(found.string.hasSameBytes(as: expected))
        #expect(found.hasLoneSurrogate)
        try withReader(of: "[{\"\(text)\":1},\"\(text)\",\"fine\"]") { (reader) throws(JSONError) in
            try reader.readArray { (reader) throws(JSONError) in
                reader.isLossy = false
                if reader.peek() == .object {
                    try reader.readObject { (key, reader) throws(JSONError) in
                        #expect(key.string.hasSameBytes(as: expected))
                        try reader.skipValue()
                    }
                    #expect(reader.isLossy)
                } else {
                    let place = reader.position
                    try reader.skipValue()
                    let skipped = reader.isLossy
                    reader.position = place
                    reader.isLossy = false
                    let string = try reader.readString()
                    #expect(reader.isLossy == (string != "fine"))
                    #expect(reader.isLossy == skipped)
                }
            }
        }
    }

    /// Sequences that are not UTF-8, each with the place of the first byte of what is wrong.
    private static let malformed: [([UInt8], Int)] = [
        ([0x80], 0), ([0xBF], 0), ([0x41, 0x80], 1),  // continuations without a lead
        ([0xC0, 0x80], 0), ([0xC1, 0xBF], 0), ([0xE0, 0x80, 0x80], 0), ([0xE0, 0x9F, 0xBF], 0),  // overlong
        ([0xF0, 0x80, 0x80, 0x80], 0), ([0xF0, 0x8F, 0xBF, 0xBF], 0),
        ([0xED, 0xA0, 0x80], 0), ([0xED, 0xBF, 0xBF], 0), ([0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80], 0),  // surrogates
        ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0), ([0xF7, 0xBF, 0xBF, 0xBF], 0),  // too great
        ([0xF8, 0x88, 0x80, 0x80, 0x80], 0), ([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], 0), ([0xFE], 0), ([0xFF], 0),
        ([0xC3], 0), ([0xC3, 0x41], 0), ([0xE2, 0x82], 0), ([0xE2, 0x82, 0x41], 0), ([0xE2], 0),  // cut short
        ([0xF0, 0x9F, 0x8E], 0), ([0xF0, 0x9F], 0), ([0xF0], 0), ([0xF0, 0x9F, 0x8E, 0x41], 0),
        ([0xC3, 0xC3, 0xA9], 0), ([0xC3, 0xA9, 0xA9], 2), ([0xE2, 0x82, 0xC3, 0xA9], 0),
    ]

    @Test(arguments: malformed)
    func refusesMalformedUTF8(_ sequence: [UInt8], _ place: Int) {
        for before in [0, 1, 5, 7, 8, 9, 16] {
            // Without an escape before it, and with one: two loops read strings.
            for prefix in ["", "\\n", "é\\u00e9"] {
                let head = [JSONBytes.quote] + Array(prefix.utf8) + Array(repeating: 0x61, count: before)
                let bytes = head + sequence + [JSONBytes.quote]
                let expected = JSONError(code: .invalidUTF8, offset: head.count + place)
                #expect(failure(bytes) == expected)
                #expect(failure(head + sequence + Array("aaaaaaaaaaaa\"".utf8)) == expected)
                let skipping = error { () throws(JSONError) in
                    try withReader(of: bytes) { (reader) throws(JSONError) in try reader.skipValue() }
                }
                #expect(skipping == expected)
                let member = error { () throws(JSONError) in
                    _ = try JSONValue(parsing: [JSONBytes.openBrace] + bytes + Array(":1}".utf8))
                }
                #expect(member == JSONError(code: .invalidUTF8, offset: expected.offset + 1))
            }
        }
    }

    @Test func acceptsTheBordersOfUTF8() throws {
        let scalars: [UInt32] = [
            0x20, 0x7E, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xFFFE, 0xFFFF,
            0x10000, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF,
        ]
        for scalar in scalars.compactMap(UnicodeScalar.init) {
            for prefix in ["", "\n"] {
                let string = prefix + String(scalar)
                let text = JSONValue.string(string).jsonString
                #expect(try read(Array(text.utf8)).string.hasSameBytes(as: string))
            }
        }
    }

    @Test func acceptsExactlyTheUTF8OfTheLibrary() {
        var generator = SeededGenerator(seed: 8)
        let leads: [UInt8] = [0x41, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5]
        let others: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes.append(leads.randomElement(using: &generator) ?? 0)
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    bytes.append(others.randomElement(using: &generator) ?? 0)
                }
            }
            let expected = String(validating: bytes, as: UTF8.self)
            let found: String?
            do throws(JSONError) {
                found = try read([JSONBytes.quote] + bytes + [JSONBytes.quote]).string
            } catch {
                found = nil
            }
            #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(bytes)")
            if expected != nil { accepted += 1 }
        }
        #expect(accepted > 500)
    }

    @Test func findsSpecialBytesAtEveryPlace() throws {
        let specials: [(text: String, meaning: String?)] = [
            ("\\n", "\n"), ("\\\"", "\""), ("\\\\", "\\"), ("\\u0001", "\u{1}"), ("\\u00e9", "é"), ("é", "é"),
            ("€", "€"), ("🎉", "🎉"), ("\n", nil), ("\u{0}", nil), ("\u{1F}", nil), ("\\x", nil), ("\u{7F}", "\u{7F}"),
        ]
        for place in 0...40 {
            for (text, meaning) in specials {
                for first in ["", "\\t"] {
                    let before = String(repeating: "a", count: place)
                    let bytes = Array("\"\(first)\(before)\(text)bcdefghijklmnop\"".utf8)
                    guard let meaning else {
                        let offset = 1 + first.utf8.count + place + (text.hasPrefix("\\") ? 1 : 0)
                        #expect(failure(bytes) == JSONError(code: .syntax, offset: offset))
                        continue
                    }
                    let expected = (first.isEmpty ? "" : "\t") + before + meaning + "bcdefghijklmnop"
                    #expect(try read(bytes).string.hasSameBytes(as: expected))
                }
            }
        }
    }

    @Test func growsForLongStrings() throws {
        for count in [4000, 4096, 8170, 8180, 8192, 8200, 100_000] {
            for unit in ["\n", "a", "é\"", "🎉\u{1}"] {
                let string = "\t" + String(repeating: unit, count: count)
                let text = JSONValue.string(string).jsonString
                #expect(try read(Array(text.utf8)).string.hasSameBytes(as: string))
                let escaped = "\"" + String(repeating: "\\ud83c\\udf89", count: count) + "\""
                #expect(try read(Array(escaped.utf8)).string == String(repeating: "🎉", count: count))
            }
        }
    }

    @Test func copiesOfAReaderShareNothingThatMatters() throws {
        let text = JSONValue.array([
            .string("\n" + String(repeating: "a", count: 100)), .string("\t" + String(repeating: "b", count: 50_000)),
        ]).jsonString
        try withReader(of: text) { (reader) throws(JSONError) in
            var strings: [String] = []
            try reader.readArray { (reader) throws(JSONError) in
                var copy = reader
                strings.append(try copy.readString())
                strings.append(try reader.readString())
                reader.position = copy.position
            }
            #expect(strings.map(\.utf8.count) == [101, 101, 50_001, 50_001])
            #expect(strings[0] == strings[1])
            #expect(strings[2] == strings[3])
        }
    }
}
