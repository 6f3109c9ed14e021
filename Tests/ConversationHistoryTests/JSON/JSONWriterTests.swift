import Testing

@testable import ConversationHistory

@Suite struct JSONWriterTests {
    @Test func escapesWhatItMustAndNothingElse() throws {
        let short: [UInt8: String] = [
            0x08: #"\b"#, 0x09: #"\t"#, 0x0A: #"\n"#, 0x0C: #"\f"#, 0x0D: #"\r"#, 0x22: #"\""#, 0x5C: #"\\"#,
        ]
        for byte in UInt8(0)..<0x80 {
            let character = String(UnicodeScalar(byte))
            let digits = String(byte, radix: 16)
            let hexadecimal = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            let expected = short[byte] ?? (byte < 0x20 ? hexadecimal : character)
            // Alone it takes the way of single bytes, among others that of whole words.
            #expect(written { $0.write(string: character) } == "\"\(expected)\"")
            let framed = written { $0.write(string: "abc\(character)defghijkl") }
            #expect(framed == "\"abc\(expected)defghijkl\"")
        }
        let unescaped = "é\u{2028}\u{2029}\u{85}\u{FEFF}\u{10FFFF}\u{7F}漢字🎉/"
        #expect(written { $0.write(string: unescaped) }.hasSameBytes(as: "\"\(unescaped)\""))
    }

    @Test func findsSpecialBytesAtEveryPlace() throws {
        for length in 0...40 {
            for place in 0..<max(length, 1) {
                for special in ["\"", "\\", "\n", "\u{1}", "é", "🎉"] where length > 0 {
                    var scalars = Array(repeating: "a", count: length)
                    scalars[place] = special
                    let string = scalars.joined()
                    let text = written { $0.write(string: string) }
                    let plain =
                        special.utf8.count > 1 ? special : String(text.dropFirst(1 + place).dropLast(length - place))
                    #expect(text.utf8.count == 2 + length - 1 + plain.utf8.count)
                    let read = try withReader(of: text) { (reader) throws(JSONError) in
                        let read = try reader.readString()
                        try reader.expectEnd()
                        return read
                    }
                    #expect(read.hasSameBytes(as: string))
                }
            }
        }
    }

    @Test func writesLongStringsInPieces() throws {
        for count in [4095, 4096, 4097, 12_288, 100_000] {
            for unit in ["\u{1}", "\"", "a", "🎉", "ab\nc"] {
                let string = String(repeating: unit, count: count)
                let value = JSONValue.string(string)
                #expect(try JSONValue(parsing: value.jsonString) == value)
            }
        }
    }

    @Test func writesScalars() {
        #expect(written { $0.write(0) } == "0")
        #expect(written { $0.write(-7) } == "-7")
        #expect(written { $0.write(Int.max) } == "9223372036854775807")
        #expect(written { $0.write(Int.min) } == "-9223372036854775808")
        #expect(written { $0.write(true) } == "true")
        #expect(written { $0.write(false) } == "false")
        #expect(written { $0.write(1.5) } == "1.5")
        #expect(written { $0.write(1e300) } == "1e+300")
        #expect(written { $0.write(Double.infinity) } == "null")
        #expect(written { $0.write(number: JSONNumber("1e400") ?? 0) } == "1e400")
    }

    @Test func keepsItsBufferInOrder() {
        var writer = JSONWriter(capacity: 1)
        writer.write(raw: "abc")
        #expect(writer.count == 3)
        writer.append([0x64, 0x65])
        writer.append(AnySequence<UInt8>([0x66]))
        #expect(writer.string == "abcdef")
        writer.truncate(to: 2)
        writer.append(0x78, repeating: 1000)
        #expect(writer.string == "ab" + String(repeating: "x", count: 1000))
        writer.removeAll()
        #expect(writer.string.isEmpty)
        writer.write(raw: "y")
        writer.removeAll(keepingCapacity: false)
        writer.write(raw: "z")
        #expect(writer.withUnsafeBytes { Array($0) } == [0x7A])
        let padded = writer.withPaddedBytes { bytes in
            (0..<JSONReader.padding).map { bytes.baseAddress?.load(fromByteOffset: bytes.count + $0, as: UInt8.self) }
        }
        #expect(padded == Array(repeating: 0, count: JSONReader.padding))
        #expect(writer.count == 1)
    }
}
