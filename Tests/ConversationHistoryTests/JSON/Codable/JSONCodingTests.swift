import Testing

@testable import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What both directions of the coding through a tree have in common: what is encoded is decoded as it was.
@Suite struct JSONCodingTests {
    private func expectRoundTrip<Value: Codable & Equatable>(
        _ value: Value,
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let tree = try JSONValueEncoder.encode(value)
        #expect(tree.jsonString.hasSameBytes(as: text), sourceLocation: sourceLocation)
        #expect(try JSONValueDecoder.decode(Value.self, from: tree) == value, sourceLocation: sourceLocation)
        let parsed = try JSONValue(parsing: text)
        #expect(try JSONValueDecoder.decode(Value.self, from: parsed) == value, sourceLocation: sourceLocation)
    }

    @Test func scalars() throws {
        try expectRoundTrip(true, "true")
        try expectRoundTrip("a\n\"é", #""a\n\"é""#)
        try expectRoundTrip(1.5, "1.5")
        try expectRoundTrip(1.0, "1.0")
        try expectRoundTrip(-0.0, "-0.0")
        try expectRoundTrip(Float(0.1), "0.1")
        try expectRoundTrip(Double.greatestFiniteMagnitude, "1.7976931348623157e+308")
        try expectRoundTrip(String?.none, "null")
        try expectRoundTrip(String?.some("x"), #""x""#)
    }

    @Test func integersOfEveryWidth() throws {
        try expectRoundTrip([Int.min, .max], "[-9223372036854775808,9223372036854775807]")
        try expectRoundTrip([Int8.min, .max], "[-128,127]")
        try expectRoundTrip([Int16.min, .max], "[-32768,32767]")
        try expectRoundTrip([Int32.min, .max], "[-2147483648,2147483647]")
        try expectRoundTrip([Int64.min, .max], "[-9223372036854775808,9223372036854775807]")
        try expectRoundTrip(
            [Int128.min, .max],
            "[-170141183460469231731687303715884105728,170141183460469231731687303715884105727]"
        )
        try expectRoundTrip([UInt.max], "[18446744073709551615]")
        try expectRoundTrip([UInt8.max], "[255]")
        try expectRoundTrip([UInt16.max], "[65535]")
        try expectRoundTrip([UInt32.max], "[4294967295]")
        try expectRoundTrip([UInt64.max], "[18446744073709551615]")
        try expectRoundTrip([UInt128.max], "[340282366920938463463374607431768211455]")
        try expectRoundTrip(AllScalars(), AllScalars.text)
        try expectRoundTrip(SingleScalars(), SingleScalars.text)
    }

    @Test func arraysAndDictionaries() throws {
        try expectRoundTrip([Int](), "[]")
        try expectRoundTrip([[1], [], [2, 3]], "[[1],[],[2,3]]")
        try expectRoundTrip(["a", nil, "b"], #"["a",null,"b"]"#)
        try expectRoundTrip([String: Int](), "{}")
        try expectRoundTrip([2: "b", 1: "a"], #"{"1":"a","2":"b"}"#)
        try expectRoundTrip(["é": ["z": 1, "a": 2], "b": [:]], #"{"b":{},"é":{"a":2,"z":1}}"#)
        let many = Dictionary(uniqueKeysWithValues: (100..<200).map { ("k\($0)", $0) })
        let text = (100..<200).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        try expectRoundTrip(many, "{\(text)}")
    }

    @Test func structuresAndEnumerations() throws {
        try expectRoundTrip(
            Message(role: .user, parts: [.text("hi"), .call(name: "f", arguments: ["x": 1.0]), .none], note: nil),
            #"{"role":"user","parts":[{"text":{"_0":"hi"}},{"call":{"name":"f","arguments":{"x":1.0}}},{"none":{}}]}"#
        )
        try expectRoundTrip(Message(role: .model, parts: [], note: "n"), #"{"role":"model","parts":[],"note":"n"}"#)
        try expectRoundTrip(Empty(), "{}")
        try expectRoundTrip([Empty(), Empty()], "[{},{}]")
    }

    @Test func valuesPassAsTheyAre() throws {
        let text = #"{"b":[1.00,1e400,-0,9007199254740993],"a":{"x":null},"b":"twice"}"#
        let value = try JSONValue(parsing: text)
        try expectRoundTrip(value, text)
        try expectRoundTrip([value, value], "[\(text),\(text)]")
        try expectRoundTrip(
            Holder(value: value, number: 0, object: ["k": nil]),
            #"{"value":\#(text),"number":0,"object":{"k":null}}"#
        )
        try expectRoundTrip(JSONNumber("1.000"), "1.000")
        let object = try #require(value.objectValue)
        try expectRoundTrip(object, text)
        try expectRoundTrip([JSONValue?.some(1), nil], "[1,null]")
    }

    @Test func foundationTypes() throws {
        try expectRoundTrip(Data([0, 1, 254, 255]), #""AAH+/w==""#)
        try expectRoundTrip([Data()], #"[""]"#)
        let url = try #require(URL(string: "https://example.org/a?b=c#d"))
        try expectRoundTrip(["u": url], #"{"u":"https://example.org/a?b=c#d"}"#)
        try expectRoundTrip(Date(timeIntervalSinceReferenceDate: 0.125), "0.125")
        let decimal = try #require(Decimal(string: "12345678901234567890.123"))
        try expectRoundTrip([decimal], "[12345678901234567890.123]")
        #expect(throws: EncodingError.self) { try JSONValueEncoder.encode(Decimal.nan) }
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(Data.self, from: "not Base64!") }
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(Data.self, from: 1) }
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(URL.self, from: "") }
        #expect(throws: DecodingError.self) { try JSONValueDecoder.decode(Decimal.self, from: "1") }
    }

    @Test func nestedContainersAndSuperclasses() throws {
        try expectRoundTrip(
            Nested(a: 1, b: [true, false], c: "c"),
            #"{"outer":{"list":[[true,false],{"c":"c"},null],"a":1}}"#
        )
        let derived = Derived()
        derived.base = 1
        derived.own = 2
        let tree = try JSONValueEncoder.encode(derived)
        #expect(tree.jsonString == #"{"own":2,"super":{"base":1},"again":{"base":1},"list":[{"base":1}]}"#)
        let decoded = try JSONValueDecoder.decode(Derived.self, from: tree)
        #expect(decoded.base == 1)
        #expect(decoded.own == 2)
    }

    @Test func otherCodersTakeValues() throws {
        let value: JSONValue = [
            "null": nil, "bool": true, "int": -1, "large": .number(JSONNumber(UInt64.max)), "double": 2.5,
            "string": "a", "array": [1, [], nil], "object": ["k": "v"],
        ]
        let data = try JSONEncoder().encode(value)
        let decoded = try JSONDecoder().decode(JSONValue.self, from: data)
        let sorted = try #require(value.objectValue).sorted { $0.key < $1.key }
        let decodedSorted = try #require(decoded.objectValue).sorted { $0.key < $1.key }
        #expect(JSONObject(decodedSorted) == JSONObject(sorted))
        #expect(try JSONDecoder().decode(JSONObject.self, from: Data(#"{"a":1.5}"#.utf8)) == ["a": 1.5])
        #expect(
            try JSONDecoder().decode([JSONNumber].self, from: Data("[1,-2,0.5]".utf8)) == [1, -2, JSONNumber("0.5")]
        )
        let beyond = try #require(JSONNumber("1e400"))
        #expect(throws: EncodingError.self) { try JSONEncoder().encode([beyond]) }
    }
}

private struct AllScalars: Codable, Equatable {
    var bool = true
    var string = "s"
    var double = 0.5
    var float: Float = 0.25
    var int = -1
    var int8: Int8 = -8
    var int16: Int16 = -16
    var int32: Int32 = -32
    var int64: Int64 = -64
    var int128: Int128 = -128
    var uint: UInt = 1
    var uint8: UInt8 = 8
    var uint16: UInt16 = 16
    var uint32: UInt32 = 32
    var uint64: UInt64 = 64
    var uint128: UInt128 = 128

    static let text = """
        {"bool":true,"string":"s","double":0.5,"float":0.25,"int":-1,"int8":-8,"int16":-16,"int32":-32,"int64":-64,\
        "int128":-128,"uint":1,"uint8":8,"uint16":16,"uint32":32,"uint64":64,"uint128":128}
        """
}

/// Every scalar by the methods of an unkeyed container and, for each, of a single-value one.
private struct SingleScalars: Codable, Equatable {
    struct Single<Value: Codable & Equatable>: Codable, Equatable {
        var value: Value
        init(_ value: Value) { self.value = value }
        init(from decoder: any Decoder) throws { value = try decoder.singleValueContainer().decode(Value.self) }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        }
    }

    static let text = #"[true,"s",0.5,0.25,-1,-8,-16,-32,-64,-128,1,8,16,32,64,128,null,null]"#

    init() {}

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        #expect(list.count == 18)
        #expect(try !list.decodeNil())
        #expect(try list.decode(Bool.self) == true)
        #expect(try list.decode(String.self) == "s")
        #expect(try list.decode(Double.self) == 0.5)
        #expect(try list.decode(Float.self) == 0.25)
        #expect(try list.decode(Int.self) == -1)
        #expect(try list.decode(Single<Int8>.self).value == -8)
        #expect(try list.decode(Int16.self) == -16)
        #expect(try list.decode(Single<Int32>.self).value == -32)
        #expect(try list.decode(Int64.self) == -64)
        #expect(try list.decode(Single<Int128>.self).value == -128)
        #expect(try list.decode(UInt.self) == 1)
        #expect(try list.decode(Single<UInt8>.self).value == 8)
        #expect(try list.decode(UInt16.self) == 16)
        #expect(try list.decode(Single<UInt32>.self).value == 32)
        #expect(try list.decode(UInt64.self) == 64)
        #expect(try list.decode(Single<UInt128>.self).value == 128)
        #expect(try list.decodeNil())
        #expect(try list.decode(Single<String?>.self).value == nil)
        #expect(list.isAtEnd)
        #expect(list.currentIndex == 18)
    }

    func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(true)
        try list.encode("s")
        try list.encode(0.5)
        try list.encode(Single(Float(0.25)))
        try list.encode(Single(-1))
        try list.encode(Int8(-8))
        try list.encode(Single(Int16(-16)))
        try list.encode(Int32(-32))
        try list.encode(Single(Int64(-64)))
        try list.encode(Int128(-128))
        try list.encode(Single(UInt(1)))
        try list.encode(UInt8(8))
        try list.encode(Single(UInt16(16)))
        try list.encode(UInt32(32))
        try list.encode(Single(UInt64(64)))
        try list.encode(UInt128(128))
        try list.encodeNil()
        try list.encode(Single(String?.none))
        #expect(list.count == 18)
    }
}

private struct Empty: Codable, Equatable {}

private struct Message: Codable, Equatable {
    enum Role: String, Codable { case user, model }
    enum Part: Codable, Equatable {
        case text(String)
        case call(name: String, arguments: [String: Double])
        case none
    }
    var role: Role
    var parts: [Part]
    var note: String?
}

private struct Holder: Codable, Equatable {
    var value: JSONValue
    var number: JSONNumber
    var object: JSONObject
}

private struct Nested: Codable, Equatable {
    enum Outer: CodingKey { case outer }
    enum Inner: CodingKey { case a, list }
    enum Last: CodingKey { case c }

    var a: Int
    var b: [Bool]
    var c: String

    init(a: Int, b: [Bool], c: String) {
        self.a = a
        self.b = b
        self.c = c
    }

    init(from decoder: any Decoder) throws {
        let inner = try decoder.container(keyedBy: Outer.self).nestedContainer(keyedBy: Inner.self, forKey: .outer)
        a = try inner.decode(Int.self, forKey: .a)
        var list = try inner.nestedUnkeyedContainer(forKey: .list)
        var bools = try list.nestedUnkeyedContainer()
        b = []
        while !bools.isAtEnd { b.append(try bools.decode(Bool.self)) }
        c = try list.nestedContainer(keyedBy: Last.self).decode(String.self, forKey: .c)
        let last = try list.superDecoder().singleValueContainer()
        #expect(last.decodeNil())
    }

    func encode(to encoder: any Encoder) throws {
        var outer = encoder.container(keyedBy: Outer.self)
        var inner = outer.nestedContainer(keyedBy: Inner.self, forKey: .outer)
        var list = inner.nestedUnkeyedContainer(forKey: .list)
        var bools = list.nestedUnkeyedContainer()
        var last = list.nestedContainer(keyedBy: Last.self)
        // Containers that are open at the same time are filled in any order.
        try last.encode(c, forKey: .c)
        for bool in b { try bools.encode(bool) }
        var end = list.superEncoder().singleValueContainer()
        try end.encodeNil()
        // Asked for a second time, a container goes on where it was; members come in the order of the first mention.
        var same = outer.nestedContainer(keyedBy: Inner.self, forKey: .outer)
        try same.encode(a, forKey: .a)
    }
}

private class Base: Codable {
    var base = 0
}

private final class Derived: Base {
    enum Keys: CodingKey { case own, again, list }
    var own = 0

    override init() { super.init() }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        own = try container.decode(Int.self, forKey: .own)
        let again = try Base(from: container.superDecoder(forKey: .again))
        var list = try container.nestedUnkeyedContainer(forKey: .list)
        let listed = try Base(from: list.superDecoder())
        try super.init(from: container.superDecoder())
        #expect(again.base == base)
        #expect(listed.base == base)
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(own, forKey: .own)
        try super.encode(to: container.superEncoder())
        try super.encode(to: container.superEncoder(forKey: .again))
        var list = container.nestedUnkeyedContainer(forKey: .list)
        try super.encode(to: list.superEncoder())
    }
}
