import Testing

@testable import ConversationHistory

/// What is refused when values are coded through a tree, and the place that the errors name.
@Suite struct JSONCodingErrorTests {
    /// The case and the path of the error with which decoding must fail.
    private func decodingFailure<Value: Decodable>(_ type: Value.Type, _ value: JSONValue) -> String {
        do {
            _ = try JSONValueDecoder.decode(type, from: value)
            return "none"
        } catch let error as DecodingError {
            switch error {
            case .typeMismatch(_, let context): return "type \(path(context.codingPath))"
            case .valueNotFound(_, let context): return "value \(path(context.codingPath))"
            case .keyNotFound(let key, let context): return "key \(key.stringValue) \(path(context.codingPath))"
            case .dataCorrupted(let context): return "data \(path(context.codingPath))"
            @unknown default: return "unknown"
            }
        } catch {
            return "other"
        }
    }

    private func encodingFailure(_ value: some Encodable) -> String {
        do {
            _ = try JSONValueEncoder.encode(value)
            return "none"
        } catch EncodingError.invalidValue(_, let context) {
            return path(context.codingPath)
        } catch {
            return "other"
        }
    }

    private func path(_ keys: [any CodingKey]) -> String {
        "/" + keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
    }

    private struct Item: Codable {
        var name: String
        var counts: [Int8]
        var inner: [String: Double]
    }

    @Test func decodingNamesThePlace() {
        let good: JSONValue = ["name": "a", "counts": [1], "inner": ["x": 1]]
        #expect(decodingFailure([Item].self, [good]) == "none")
        func broken(_ key: String, _ value: JSONValue?) -> JSONValue {
            var copy = good
            copy[key] = value
            return [good, copy]
        }
        #expect(decodingFailure([Item].self, broken("name", 1)) == "type /1/name")
        #expect(decodingFailure([Item].self, broken("name", JSONValue.null)) == "value /1/name")
        #expect(decodingFailure([Item].self, broken("name", nil)) == "key name /1")
        #expect(decodingFailure([Item].self, broken("counts", [1, 128])) == "data /1/counts/1")
        #expect(decodingFailure([Item].self, broken("counts", [1, 2, 1.5])) == "data /1/counts/2")
        #expect(decodingFailure([Item].self, broken("counts", ["1"])) == "type /1/counts/0")
        #expect(decodingFailure([Item].self, broken("counts", [:])) == "type /1/counts")
        #expect(decodingFailure([Item].self, broken("inner", [])) == "type /1/inner")
        #expect(decodingFailure([Item].self, broken("inner", ["y": true])) == "type /1/inner/y")
        #expect(decodingFailure([Item].self, [good, 5]) == "type /1")
        #expect(decodingFailure([Item].self, nil) == "value /")
        #expect(decodingFailure(Bool.self, 0) == "type /")
        #expect(decodingFailure(String.self, nil) == "value /")
        #expect(decodingFailure(JSONNumber.self, "1") == "type /")
        #expect(decodingFailure(JSONObject.self, []) == "type /")
        #expect(decodingFailure(Double.self, .number(JSONNumber("1e400") ?? 0)) == "data /")
        #expect(decodingFailure(Float.self, 1e39) == "data /")
        #expect(decodingFailure(UInt.self, -1) == "data /")
        #expect(decodingFailure(Int.self, .number(JSONNumber(UInt64.max))) == "data /")
        #expect(decodingFailure(Pair.self, [1]) == "value /1")
        #expect(decodingFailure(Pair.self, [1, 2]) == "none")
    }

    /// Decodes two elements without asking whether they are there.
    private struct Pair: Decodable {
        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Int.self)
            _ = try container.decode(Int.self)
        }
    }

    @Test func decodingErrorsRepeatNothing() {
        do {
            _ = try JSONValueDecoder.decode([Int].self, from: ["a secret"])
            Issue.record("A string was decoded as an integer.")
        } catch {
            #expect(!"\(error)".contains("secret"))
        }
    }

    @Test func theLastOfDuplicateMembersCounts() throws {
        let few = try JSONValue(parsing: #"{"a":1,"a":2}"#)
        #expect(try JSONValueDecoder.decode([String: Int].self, from: few) == ["a": 2])
        let filler = (0..<40).map { "\"f\($0)\":0" }.joined(separator: ",")
        let many = try JSONValue(parsing: "{\"a\":1,\(filler),\"a\":2}")
        let decoded = try JSONValueDecoder.decode([String: Int].self, from: many)
        #expect(decoded["a"] == 2)
        #expect(decoded.count == 41)
    }

    @Test func wholeNumbersAreIntegersHoweverWritten() throws {
        let value = try JSONValue(parsing: "[1.0,2e2,-0]")
        #expect(try JSONValueDecoder.decode([Int].self, from: value) == [1, 200, 0])
        #expect(try JSONValueDecoder.decode([Double].self, from: [1, 2]) == [1, 2])
    }

    @Test func encodingRefusesWhatIsNotFinite() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(encodingFailure(value) == "/")
            #expect(encodingFailure(["a": [1, value]]) == "/a/1")
            #expect(encodingFailure(["a": [Float(value)]]) == "/a/0")
            #expect(encodingFailure(Item(name: "", counts: [], inner: ["x": value])) == "/inner/x")
        }
    }

    @Test func laterMembersReplaceEarlierOnes() throws {
        struct Twice: Encodable {
            let count: Int
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: AnyCodingKey.self)
                for round in 0..<2 {
                    for index in 0..<count {
                        try container.encode(index + round * 100, forKey: AnyCodingKey("k\(index)"))
                    }
                }
            }
        }
        for count in [1, 15, 16, 17, 18, 60] {
            let object = try JSONValueEncoder.encode(Twice(count: count)).objectValue
            #expect(object.map { $0.map(\.key) } == (0..<count).map { "k\($0)" })
            #expect(object.map { $0.map(\.value) } == (0..<count).map { JSONValue.number(JSONNumber($0 + 100)) })
        }
    }

    @Test func misuseOfContainersIsAnError() {
        struct Mixed: Encodable {
            func encode(to encoder: any Encoder) throws {
                var keyed = encoder.container(keyedBy: AnyCodingKey.self)
                try keyed.encode(1, forKey: AnyCodingKey("a"))
                var unkeyed = encoder.unkeyedContainer()
                try unkeyed.encode(1)
            }
        }
        struct TwoValues: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            }
        }
        #expect(encodingFailure([Mixed()]) == "/0")
        #expect(encodingFailure([TwoValues()]) == "/0")
    }

    // MARK: - Depth

    /// A chain as deep as it is long.
    private final class Link: Codable {
        let next: Link?
        init(_ next: Link?) { self.next = next }

        static func chain(_ count: Int) -> Link {
            (1..<count).reduce(Link(nil)) { link, _ in Link(link) }
        }
    }

    @Test func depthIsLimited() throws {
        let deepest = try JSONValueEncoder.encode(Link.chain(512))
        #expect(deepest.depth == 512)
        #expect(try JSONValue(parsing: deepest.jsonString) == deepest)
        var links = 0
        var link: Link? = try JSONValueDecoder.decode(Link.self, from: deepest)
        while let next = link {
            links += 1
            link = next.next
        }
        #expect(links == 512)
        for count in [513, 514, 2000] {
            #expect(
                encodingFailure(Link.chain(count)) == "/" + Array(repeating: "next", count: 512).joined(separator: "/")
            )
        }
    }

    @Test func depthOfValuesInsideIsLimited() {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(1) { value, _ in [value] } }
        #expect(encodingFailure(nested(512)) == "none")
        #expect(encodingFailure(nested(513)) == "/")
        #expect(encodingFailure(["a": nested(511)]) == "none")
        #expect(encodingFailure(["a": nested(512)]) == "/a")
        #expect(decodingFailure(JSONValue.self, nested(512)) == "none")
        #expect(decodingFailure(JSONValue.self, nested(513)) == "data /")
    }

    @Test func depthOfNestedContainersIsLimited() {
        struct Deep: Encodable {
            let depth: Int
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                for _ in 1..<depth { container = container.nestedUnkeyedContainer() }
            }
        }
        #expect(encodingFailure(Deep(depth: 512)) == "none")
        // No method that opens containers can throw, so this comes to light at the end.
        #expect(encodingFailure(Deep(depth: 513)) != "none")
    }
}
