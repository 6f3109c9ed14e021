import Testing

@testable import ConversationHistory

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "0.0", "-1", "10", "1e5", "1E5", "1e+5", "1e-5", "1.5e10", "1e00",
        "123456789012345678901234567890", "\"\"", "\"a\"", "[]", "{}", "[1]", "[1,2]", "[[]]", "[{}]", "{\"a\":1}",
        "{\"\":0}", "{\"a\":1,\"a\":2}", " [ 1 , 2 ] ", "\t{\r\n\"a\" : [ ] }\n", "[null,true,false]",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\\u001f\\u00e9\\uD83C\\uDF89\"", "\"\u{7F}\u{80}\u{2028}\"",
        "\"\\ud800\"", "[\"\\udc00\\ud800x\"]", "{\"\\u0061\":{\"b\":[{}]}}",
        "                                \"blanks before\"                ",
    ])
    func accepts(_ text: String) throws {
        let value = try withReader(of: text) { (reader) throws(JSONError) in
            let value = try reader.readValue()
            try reader.expectEnd()
            return value
        }
        #expect(try JSONValue(parsing: value.jsonString) == value)
        try withReader(of: text) { (reader) throws(JSONError) in
            try reader.skipValue()
            try reader.expectEnd()
        }
    }

    @Test(arguments: [
        ("", JSONError.Code.endOfInput, 0), ("  ", .endOfInput, 2), ("nul", .endOfInput, 3), ("nulL", .syntax, 3),
        ("NULL", .syntax, 0), ("truE", .syntax, 3), ("fals", .endOfInput, 4), ("nan", .syntax, 1),
        ("Infinity", .syntax, 0), ("-Infinity", .invalidNumber, 1), ("undefined", .syntax, 0), ("'a'", .syntax, 0),
        ("01", .invalidNumber, 1), ("-01", .invalidNumber, 2), ("+1", .syntax, 0), (".5", .syntax, 0),
        ("1.", .endOfInput, 2), ("[1.]", .invalidNumber, 3), ("[1.e5]", .invalidNumber, 3), ("1e", .endOfInput, 2),
        ("[1e]", .invalidNumber, 3), ("[1e+]", .invalidNumber, 4), ("-", .endOfInput, 1), ("[-]", .invalidNumber, 2),
        ("--1", .invalidNumber, 1), ("0x10", .trailingData, 1), ("1 2", .trailingData, 2), ("1a", .trailingData, 1),
        ("[", .endOfInput, 1), ("[1", .endOfInput, 2), ("[1,", .endOfInput, 3), ("[1,]", .syntax, 3),
        ("[,1]", .syntax, 1), ("[1 2]", .syntax, 3), ("[1}", .syntax, 2), ("]", .syntax, 0), ("[]]", .trailingData, 2),
        ("{", .endOfInput, 1), ("{\"a\"", .endOfInput, 4), ("{\"a\":", .endOfInput, 5), ("{\"a\":1", .endOfInput, 6),
        ("{\"a\":1,", .endOfInput, 7), ("{\"a\":1,}", .syntax, 7), ("{\"a\" 1}", .syntax, 5), ("{a:1}", .syntax, 1),
        ("{1:1}", .syntax, 1), ("{\"a\":}", .syntax, 5), ("{,}", .syntax, 1), ("{\"a\":1]", .syntax, 6),
        ("{null:1}", .syntax, 1), ("\"", .endOfInput, 1), ("\"a", .endOfInput, 2), ("\"a\n\"", .syntax, 2),
        ("\"\u{0}\"", .syntax, 1), ("\"\u{1F}\"", .syntax, 1), ("\"\t\"", .syntax, 1), ("\"\\x\"", .syntax, 2),
        ("\"\\", .endOfInput, 2), ("\"\\\"", .endOfInput, 3), ("\"\\u", .endOfInput, 3), ("\"\\u12", .endOfInput, 5),
        ("\"\\u12g4\"", .syntax, 5), ("\"\\u 123\"", .syntax, 3), ("\"\\U0041\"", .syntax, 2),
        ("\"\\ud800\\u12\"", .syntax, 11), ("\"\\a\"", .syntax, 2), ("\"\\'\"", .syntax, 2),
        ("\u{FEFF}null", .syntax, 0), ("[1]\u{0}", .trailingData, 3), ("\u{C}1", .syntax, 0), ("\u{A0}1", .syntax, 0),
        ("/* */1", .syntax, 0), ("1//", .trailingData, 1), ("[1,2", .endOfInput, 4),
        ("[\"a\",\n4\n,1,", .endOfInput, 11),
    ])
    func refuses(_ text: String, _ code: JSONError.Code, _ offset: Int) {
        let reading = error { () throws(JSONError) in
            try withReader(of: text) { (reader) throws(JSONError) in
                _ = try reader.readValue()
                try reader.expectEnd()
            }
        }
        #expect(reading == JSONError(code: code, offset: offset), "\(text.debugDescription)")
        let skipping = error { () throws(JSONError) in
            try withReader(of: text) { (reader) throws(JSONError) in
                try reader.skipValue()
                try reader.expectEnd()
            }
        }
        #expect(skipping == reading, "\(text.debugDescription)")
    }

    @Test func tellsTheKindOfWhatComes() throws {
        let kinds: [(String, JSONKind)] = [
            ("{}", .object), (" []", .array), ("\n\"\"", .string), ("-1", .number), ("0", .number), ("9", .number),
            ("true", .bool), ("false", .bool), ("null", .null), ("", .end), (" ", .end), ("x", .invalid),
            ("\u{0}", .invalid), (",", .invalid), ("]", .invalid),
        ]
        for (text, kind) in kinds {
            try withReader(of: text) { (reader) throws(JSONError) in
                let found = reader.peek()
                #expect(found == kind, "\(text.debugDescription)")
            }
        }
    }

    @Test func readsWhatIsAskedFor() throws {
        let text = #"{"text":"a\nb","n":-12,"d":2.5,"b":true,"o":null,"list":["x","y"],"skip":[{"a":[1]}],"v":1.0}"#
        var seen: [String] = []
        try withReader(of: text) { (reader) throws(JSONError) in
            try reader.readObject { (key, reader) throws(JSONError) in
                if key == "text" {
                    seen.append(try reader.readString())
                } else if key == "n" {
                    seen.append(String(try reader.readInt()))
                } else if key == "d" {
                    seen.append(String(try reader.readDouble()))
                } else if key == "b" {
                    seen.append(String(try reader.readBool()))
                } else if key == "o" {
                    seen.append(String(reader.readNullIfPresent()))
                } else if key == "list" {
                    let isNull = reader.readNullIfPresent()
                    #expect(!isNull)
                    try reader.readArray { (reader) throws(JSONError) in seen.append(try reader.readString()) }
                } else if key == "v" {
                    seen.append(try reader.readNumber().text)
                } else {
                    #expect(key.string == "skip")
                    try reader.skipValue()
                }
            }
            try reader.expectEnd()
            #expect(reader.position == text.utf8.count)
            #expect(reader.depth == 0)
            reader.position = text.utf8.count - 2
            let last = try reader.readInt()
            #expect(last == 0)
        }
        #expect(seen == ["a\nb", "-12", "2.5", "true", "true", "x", "y", "1.0"])
    }

    @Test func refusesAnotherTypeThanAskedFor() {
        let all: [(String, JSONKind)] = [
            ("{}", .object), ("[]", .array), ("\"\"", .string), ("1.5", .number), ("true", .bool), ("null", .null),
        ]
        for (text, kind) in all {
            func expectMismatch(unless accepted: JSONKind, _ read: (inout JSONReader) throws(JSONError) -> Void) {
                let expected = accepted == kind ? nil : JSONError(code: .typeMismatch, offset: 7)
                let found = error { () throws(JSONError) in
                    try withReader(of: Array(text.utf8), baseOffset: 7) { (reader) throws(JSONError) in
                        try read(&reader)
                    }
                }
                #expect(found == expected, "\(text)")
            }
            expectMismatch(unless: .object) { (reader) throws(JSONError) in
                try reader.readObject { (_, _) throws(JSONError) in }
            }
            expectMismatch(unless: .array) { (reader) throws(JSONError) in
                try reader.readArray { (_) throws(JSONError) in }
            }
            expectMismatch(unless: .string) { (reader) throws(JSONError) in _ = try reader.readString() }
            expectMismatch(unless: .bool) { (reader) throws(JSONError) in _ = try reader.readBool() }
            expectMismatch(unless: .number) { (reader) throws(JSONError) in _ = try reader.readDouble() }
            expectMismatch(unless: .number) { (reader) throws(JSONError) in _ = try reader.readNumber() }
            expectMismatch(unless: .null) { (reader) throws(JSONError) in
                guard reader.readNullIfPresent() else { throw reader.mismatch() }
            }
            expectMismatch(unless: .end) { (reader) throws(JSONError) in _ = try reader.readInt() }
        }
    }

    @Test func comparesKeys() throws {
        let names: [(String, StaticString)] = [
            ("", ""), ("a", "a"), ("ab", "ab"), ("abc", "abc"), ("role", "role"), ("pinne", "pinne"),
            ("pinned", "pinned"), ("content", "content"), ("messages", "messages"), ("arguments", "arguments"),
            ("conversationid", "conversationid"), ("sixteen bytes ok", "sixteen bytes ok"),
            ("seventeen bytes !", "seventeen bytes !"), ("tête", "tête"),
        ]
        func matches(_ key: String, _ name: StaticString) throws -> Bool {
            var result = false
            try withReader(of: "{\(key):1}") { (reader) throws(JSONError) in
                try reader.readObject { (key, reader) throws(JSONError) in
                    result = key == name
                    #expect((key != name) == !result)
                    try reader.skipValue()
                }
            }
            return result
        }
        for (string, name) in names {
            #expect(try matches("\"\(string)\"", name))
            for place in string.unicodeScalars.indices {
                var scalars = string.unicodeScalars
                scalars.replaceSubrange(place...place, with: ["#"])
                #expect(try !matches("\"\(String(scalars))\"", name))
            }
            #expect(try !matches("\"\(string)x\"", name))
            #expect(try !matches("\"x\(string)\"", name))
            let escaped = string.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            #expect(try matches("\"\(escaped.joined())\"", name))
            #expect(try !matches("\"\(escaped.joined())\\u0000\"", name))
        }
        #expect(try !matches("\"te\u{302}te\"", "tête"))
    }

    @Test func addsTheBaseOffset() {
        let found = error { () throws(JSONError) in
            try withReader(of: Array("[1,x]".utf8), baseOffset: 100) { (reader) throws(JSONError) in
                try reader.skipValue()
            }
        }
        #expect(found == JSONError(code: .syntax, offset: 103))
        let reader = JSONReader(UnsafeRawBufferPointer(start: nil, count: 0), baseOffset: 5)
        #expect(reader.failure(.missingMember) == JSONError(code: .missingMember, offset: 5))
        #expect(
            reader.failure(.invalidValue, at: 2, message: "No.")
                == JSONError(code: .invalidValue, offset: 7, message: "No.")
        )
        #expect(found.map(\.description) == "The text is not valid JSON. (at byte 103)")
    }

    @Test func aValueThatIsNoObjectIsNamedByItsPlaceInTheFile() {
        let found = error { () throws(JSONError) in
            try withReader(of: Array("  7".utf8), baseOffset: 100) { (reader) throws(JSONError) in
                _ = reader.peek()
                _ = try reader.readFields()
            }
        }
        #expect(found?.offset == 102)
        #expect(found?.code == .typeMismatch)
    }

    @Test func readsNothingFromNowhere() {
        var reader = JSONReader(UnsafeRawBufferPointer(start: nil, count: 0))
        let kind = reader.peek()
        #expect(kind == .end)
        #expect(error { () throws(JSONError) in _ = try reader.readString() }?.code == .endOfInput)
    }

    @Test(arguments: [[0x5B], [0x7B, 0x22, 0x22, 0x3A]] as [[UInt8]])
    func limitsTheDepth(opening: [UInt8]) throws {
        let closing: UInt8 = opening[0] + 2
        for depth in [1, 63, 64, 65, 128, 129, 511, 512, 513, 10_000] {
            var text = Array(repeatElement(opening, count: depth).joined())
            if opening.count > 1 { text += [0x7B, 0x7D] }
            text += Array(repeating: closing, count: depth)
            let levels = opening.count > 1 ? depth + 1 : depth
            let tooDeep = JSONError(code: .tooDeep, offset: 512 * opening.count)
            let skipping = error { () throws(JSONError) in
                try withReader(of: text) { (reader) throws(JSONError) in
                    try reader.skipValue()
                    try reader.expectEnd()
                }
            }
            #expect(skipping == (levels > 512 ? tooDeep : nil))
            if levels > 512 {
                #expect(error { () throws(JSONError) in _ = try JSONValue(parsing: text) } == tooDeep)
            } else {
                let value = try JSONValue(parsing: text)
                #expect(value.depth == levels)
                #expect(Array(value.jsonString.utf8) == text)
                #expect(try JSONValue(parsing: value.jsonString) == value)
            }
        }
    }

    @Test func takesItsOwnDepthLimit() throws {
        try withReader(of: Array("[[1]]".utf8), maximumDepth: 2) { (reader) throws(JSONError) in
            try reader.skipValue()
        }
        let found = error { () throws(JSONError) in
            try withReader(of: Array("[[1]]".utf8), maximumDepth: 1) { (reader) throws(JSONError) in
                try reader.skipValue()
            }
        }
        #expect(found == JSONError(code: .tooDeep, offset: 1))
    }
}
