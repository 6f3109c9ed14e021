import Testing

@testable import ConversationHistory

@Suite struct JSONNumberTests {
    @Test(arguments: [
        "0", "-0", "1", "1.0", "1.00", "1e5", "1E5", "1e+5", "1e-05", "-12.5e-3", "9223372036854775808",
        "9007199254740993", "1e400", "-1e400", "0.1000000000000000055511151231257827", "1e9999999999999999999999",
        "123456789012345678901234567890123456789012345678901234567890",
    ])
    func keepsItsText(_ text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(value.jsonString == text)
        let number = try #require(JSONNumber(text))
        #expect(value == .number(number))
        #expect(number.description == text)
        #expect(written { $0.write(number: number) } == text)
        #expect(try withReader(of: text) { (reader) throws(JSONError) in try reader.readNumber() } == number)
    }

    @Test(arguments: [
        "", " ", "1 ", " 1", "+1", "01", "-01", "00", "1.", ".1", "1e", "1e+", "-", "--1", "1.e5", "0x1", "inf", "nan",
        "1_000", "1,5", "١", "1\u{301}", "1e5.5", "true", "1\u{0}",
    ])
    func refusesOtherText(_ text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test func isEqualByText() throws {
        #expect(JSONNumber("1") != JSONNumber("1.0"))
        #expect(JSONNumber("0") != JSONNumber("-0"))
        #expect(JSONNumber("1e5") != JSONNumber("1E5"))
        #expect(JSONNumber(1) == JSONNumber("1"))
        #expect(Set([JSONNumber(1), 1, JSONNumber("1")]).count == 1)
    }

    @Test func takesEveryIntegerAndFiniteValue() {
        #expect(JSONNumber(Int.min).text == "-9223372036854775808")
        #expect(JSONNumber(UInt64.max).text == "18446744073709551615")
        #expect(JSONNumber(Int128.min).text == "-170141183460469231731687303715884105728")
        #expect(JSONNumber(1.0)?.text == "1.0")
        #expect(JSONNumber(-0.0)?.text == "-0.0")
        #expect(JSONNumber(Double.leastNonzeroMagnitude)?.text == "5e-324")
        #expect(JSONNumber(Float(0.1))?.text == "0.1")
        for value in [Double.infinity, -.infinity, .nan] {
            #expect(JSONNumber(value) == nil)
            #expect(JSONNumber(Float(value)) == nil)
        }
        for value in [0, 1, 1.5, -2.25, 1e22, 1e23, 1e-7, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi] {
            #expect(JSONNumber(value)?.doubleValue == value)
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("1.0", 1), ("2e3", 2000), ("12.50e1", 125), ("1500e-2", 15), ("-1.0", -1),
            ("0e99", 0),
            ("0.0e-99", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775807.0", .max),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1e18", 1_000_000_000_000_000_000),
            ("1e19", nil), ("1e400", nil), ("1.5", nil), ("1e-1", nil), ("1.00000000000000000001", nil),
            ("9007199254740993.0", 9_007_199_254_740_993), ("1e9999999999999999999", nil),
            ("1e-9999999999999999999", nil),
        ] as [(String, Int?)]
    )
    func yieldsWholeNumbers(_ text: String, _ expected: Int?) {
        #expect(JSONNumber(text)?.intValue == expected)
    }

    @Test func yieldsEveryWidth() {
        #expect(JSONNumber("18446744073709551615")?.uint64Value == .max)
        #expect(JSONNumber("18446744073709551616")?.uint64Value == nil)
        #expect(JSONNumber("-1")?.uint64Value == nil)
        #expect(JSONNumber("127.0")?.integer(as: Int8.self) == 127)
        #expect(JSONNumber("128")?.integer(as: Int8.self) == nil)
        #expect(JSONNumber("-128.0")?.integer(as: Int8.self) == -128)
        #expect(JSONNumber("170141183460469231731687303715884105727")?.integer(as: Int128.self) == .max)
        #expect(JSONNumber("1e400")?.doubleValue == nil)
        #expect(JSONNumber("1e-400")?.doubleValue == 0)
    }

    @Test(
        arguments: [
            ("0", 0, nil), ("-0", 0, nil), ("12", 12, nil), ("-12", -12, nil), ("9223372036854775807", .max, nil),
            ("-9223372036854775808", .min, nil), ("9223372036854775808", nil, .numberOutOfRange),
            ("-9223372036854775809", nil, .numberOutOfRange), ("99999999999999999999999", nil, .numberOutOfRange),
            ("1.0", nil, .typeMismatch), ("1e3", nil, .typeMismatch), ("\"1\"", nil, .typeMismatch),
            ("01", nil, .invalidNumber),
        ] as [(String, Int?, JSONError.Code?)]
    )
    func areReadAsInt(_ text: String, _ expected: Int?, _ code: JSONError.Code?) {
        var value: Int?
        let failure = error { () throws(JSONError) in
            value = try withReader(of: text) { (reader) throws(JSONError) in
                let value = try reader.readInt()
                try reader.expectEnd()
                return value
            }
        }
        #expect(value == expected)
        #expect(failure?.code == code)
    }

    @Test func areReadAsTheNearestDouble() throws {
        func read(_ text: String) throws(JSONError) -> Double {
            try withReader(of: text) { (reader) throws(JSONError) in try reader.readDouble() }
        }
        var generator = SeededGenerator(seed: 5)
        for round in 0..<20_000 {
            let decimals = Int.random(in: 0...18, using: &generator)
            let value = Int.random(in: 0...(round.isMultiple(of: 2) ? 1 << 53 : 999_999), using: &generator)
            var text = String(value)
            if decimals > 0 {
                text = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
                text.insert(".", at: text.index(text.endIndex, offsetBy: -decimals))
            }
            if Bool.random(using: &generator) { text = "-" + text }
            if round.isMultiple(of: 7) { text += "e-\(decimals)" }
            #expect(try read(text) == Double(text), "\(text)")
        }
        #expect(try read("-0").sign == .minus)
        #expect(try read("1e-400") == 0)
        #expect(try read("9007199254740993") == 9_007_199_254_740_992)
        for text in ["1e400", "-1e309"] {
            #expect(error { () throws(JSONError) in _ = try read(text) }?.code == .numberOutOfRange)
        }
    }
}
