import Testing

@testable import ConversationHistory

@Suite struct JSONValueTests {
    @Test func isMadeOfLiterals() {
        let value: JSONValue = [
            "null": nil, "true": true, "int": -1, "double": 2.5, "string": "a\(1)", "array": [1, "x"], "object": [:],
        ]
        #expect(
            value.jsonString
                == #"{"null":null,"true":true,"int":-1,"double":2.5,"string":"a1","array":[1,"x"],"object":{}}"#
        )
        #expect(value.description == value.jsonString)
    }

    @Test func givesAccessToItsParts() {
        var value: JSONValue = ["s": "text", "i": 3, "d": 2.5, "b": true, "a": [1, 2], "o": ["k": "v"], "n": nil]
        #expect(value["s"]?.stringValue == "text")
        #expect(value["i"]?.intValue == 3)
        #expect(value["d"]?.doubleValue == 2.5)
        #expect(value["d"]?.intValue == nil)
        #expect(value["b"]?.boolValue == true)
        #expect(value["a"]?.arrayValue == [1, 2])
        #expect(value["a"]?[1] == 2)
        #expect(value["a"]?[2] == nil)
        #expect(value["a"]?[-1] == nil)
        #expect(value["s"]?[0] == nil)
        #expect(value["o"]?.objectValue == ["k": "v"])
        #expect(value["o"]?["k"] == "v")
        #expect(value["n"]?.isNull == true)
        #expect(value["none"] == nil)
        #expect(value["s"]?["k"] == nil)
        for wrong in [value["i"]?.stringValue, value["n"]?.stringValue] { #expect(wrong == nil) }
        #expect(value["s"]?.intValue == nil)
        #expect(value["s"]?.doubleValue == nil)
        #expect(value["s"]?.boolValue == nil)
        #expect(value["s"]?.arrayValue == nil)
        #expect(value["s"]?.objectValue == nil)
        #expect(value["s"]?.isNull == false)
        value["s"] = 1
        value["new"] = nil
        value["more"] = "x"
        value["i"] = nil
        #expect(value.objectValue.map { Array($0.keys) } == ["s", "d", "b", "a", "o", "n", "more"])
        var scalar: JSONValue = 1
        scalar["a"] = 2
        #expect(scalar == ["a": 2])
    }

    @Test func comparesStringsByBytes() throws {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(composed == decomposed)
        #expect(JSONValue.string(composed) != .string(decomposed))
        #expect(JSONValue.string("a\u{323}\u{302}") != .string("a\u{302}\u{323}"))
        #expect(Set([JSONValue.string(composed), .string(decomposed)]).count == 2)
        var object: JSONObject = [composed: 1]
        #expect(object[decomposed] == nil)
        object[decomposed] = 2
        #expect(object.count == 2)
        #expect(object != [decomposed: 1, composed: 2])
        #expect(try JSONValue(parsing: JSONValue.object(object).jsonString) == .object(object))
    }

    @Test func tellsKindsApart() {
        let all: [JSONValue] = [
            nil, true, false, 0, 1, "", "0", "null", [], [:], [nil], [[]], [[:]], ["a": nil], [1, 2], [2, 1],
        ]
        for (first, left) in all.enumerated() {
            for (second, right) in all.enumerated() { #expect((left == right) == (first == second)) }
        }
        #expect(Set(all).count == all.count)
    }

    @Test func keepsOrderAndDuplicates() throws {
        let text = #"{"b":1,"a":2,"b":3,"":4}"#
        let value = try JSONValue(parsing: text)
        #expect(value.jsonString == text)
        var object = try #require(value.objectValue)
        #expect(object["b"] == 3)
        #expect(Array(object.keys) == ["b", "a", "b", ""])
        #expect(Array(object.values) == [1, 2, 3, 4])
        #expect(object[1].key == "a")
        object["b"] = 5
        #expect(object.description == #"{"b":1,"a":2,"b":5,"":4}"#)
        object["b"] = nil
        #expect(object.description == #"{"a":2,"":4}"#)
        object["c"] = JSONValue.null
        #expect(object.description == #"{"a":2,"":4,"c":null}"#)
        #expect(["a": 1, "b": 2] as JSONObject != ["b": 2, "a": 1])
    }

    @Test func parsesTextAndBytes() throws {
        #expect(try JSONValue(parsing: " [1] ") == [1])
        #expect(try JSONValue(parsing: "[1]".utf8) == [1])
        #expect(try JSONValue(parsing: AnySequence("[1]".utf8)) == [1])
        #expect(try JSONValue(parsing: String("x[1]x".dropFirst().dropLast())) == [1])
        #expect(throws: JSONError(code: .trailingData, offset: 4)) { try JSONValue(parsing: "[1] 2") }
        #expect(throws: JSONError(code: .endOfInput, offset: 0)) { try JSONValue(parsing: "") }
        #expect(throws: JSONError(code: .endOfInput, offset: 0)) { try JSONValue(parsing: [UInt8]()) }
        #expect(throws: JSONError(code: .invalidUTF8, offset: 1)) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func measuresItsDepth() {
        #expect((1 as JSONValue).depth == 0)
        #expect(([] as JSONValue).depth == 1)
        #expect(([1, [2], ["a": [:]]] as JSONValue).depth == 3)
        var value: JSONValue = nil
        for depth in 0...520 {
            #expect(value.depth == depth)
            #expect(value.isDeeper() == (depth > JSONValue.maximumDepth))
            #expect(value.isDeeper(than: depth) == false)
            #expect(value.isDeeper(than: depth - 1) == (depth > 0))
            value = depth.isMultiple(of: 2) ? [value] : ["a": value]
        }
    }

    @Test func errorsAreComparable() {
        let error = JSONError(code: .missingMember, offset: 3, message: "No id.")
        #expect(error == JSONError(code: .missingMember, offset: 3, message: "No id."))
        #expect(error != JSONError(code: .missingMember, offset: 3))
        #expect(error.description == "No id. (at byte 3)")
        #expect(error.code.description == "missingMember")
        let codes: [JSONError.Code] = [
            .syntax, .endOfInput, .invalidUTF8, .tooDeep, .invalidNumber, .numberOutOfRange, .typeMismatch,
            .missingMember, .invalidValue, .trailingData,
        ]
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes.map { JSONError(code: $0, offset: 0).message }).count == codes.count)
    }
}
