import ConversationHistory
import Testing

@Suite("The sum of usages")
struct UsageTests {
    private static func sum(_ details: JSONObject...) -> JSONObject {
        details.map { Usage(details: $0) }.reduce(Usage()) { $0 + $1 }.details
    }

    @Test("Numbers add up by name, in nested objects too")
    func numbers() {
        let first: JSONObject = [
            "cached_tokens": 1_000, "prompt_tokens_details": ["cached_tokens": 7, "audio_tokens": 0], "only_left": 3,
        ]
        let second: JSONObject = [
            "cached_tokens": 200, "prompt_tokens_details": ["cached_tokens": 5, "image": ["tokens": 9]],
            "only_right": 4,
        ]
        #expect(
            Self.sum(first, second) == [
                "cached_tokens": 1_200,
                "prompt_tokens_details": ["cached_tokens": 12, "audio_tokens": 0, "image": ["tokens": 9]],
                "only_left": 3, "only_right": 4,
            ]
        )
    }

    @Test("Of what is not a number the later value stays")
    func others() {
        let first: JSONObject = ["tier": "default", "list": [1], "flag": true, "price": "0.5", "count": 1, "kept": 2]
        let second: JSONObject = ["tier": "flex", "list": [2, 3], "flag": false, "price": 0.25, "count": "many"]
        #expect(
            Self.sum(first, second)
                == ["tier": "flex", "list": [2, 3], "flag": false, "price": 0.25, "count": "many", "kept": 2]
        )
    }

    @Test("A null says nothing and takes no number away")
    func nulls() {
        #expect(Self.sum(["cached": 5], ["cached": nil], ["cached": 2]) == ["cached": 7])
        #expect(Self.sum(["parts": ["a": 1]], ["parts": nil]) == ["parts": ["a": 1]])
        #expect(Self.sum(["cached": nil], ["cached": 2]) == ["cached": 2])
    }

    private static func sum(_ texts: [String]) throws -> String? {
        let details = try texts.map { text -> JSONObject in ["n": .number(try #require(JSONNumber(text)))] }
        guard case .number(let number)? = details.map({ Usage(details: $0) }).reduce(Usage(), +).details["n"] else {
            return nil
        }
        return number.text
    }

    @Test(
        "Numbers are added exactly",
        arguments: [
            (["1", "2"], "3"), (["0.1", "0.2"], "0.3"), (["9223372036854775807", "1"], "9223372036854775808"),
            (["9007199254740993", "0"], "9007199254740993"), (["0.000001", "1000000"], "1000000.000001"),
            (["-5", "3"], "-2"), (["5", "-5"], "0"), (["0.5", "0.5"], "1.0"), (["1.25", "-0.25"], "1.0"),
            (["-0.1", "0.05"], "-0.05"), (["99", "1"], "100"), (["1e2", "1"], "101.0"), (["1E+2", "1e-2"], "100.01"),
            (["123456789012345678901234567890", "1"], "123456789012345678901234567891"),
            (["1e400", "1e400"], "2e+400"), (["0", "-0"], "0"), (["1.50", "1.50"], "3.0"),
            (["5e-324", "5e-324"], "1e-323"), (["0.1", "0.1", "0.1"], "0.3"),
        ]
    )
    func exactNumbers(texts: [String], expected: String) throws {
        #expect(try Self.sum(texts) == expected)
    }

    @Test("A sum that no text can hold saturates")
    func saturation() throws {
        let huge = "1e999999999999999999999"
        #expect(try Self.sum([huge, "1"]) == huge)
        #expect(try Self.sum(["1", huge]) == huge)
        #expect(try Self.sum(["-" + huge, "1"]) == "-" + huge)
        #expect(try Self.sum(["1e-999999999999999999999", "1"]) == "1")
        #expect(try Self.sum(["1e100000", "1e-100000"]) == "1e100000")
        let long = String(repeating: "9", count: 3_000)
        #expect(try Self.sum([long, "1"]) == "1" + String(repeating: "0", count: 3_000))
    }

    @Test("Details that are nested without end are not added up without end")
    func depth() throws {
        func nested(_ count: Int) -> JSONObject {
            var value: JSONValue = 1
            for _ in 0..<count { value = ["a": value] }
            return ["a": value]
        }
        let depth = JSONValue.maximumDepth - 2
        let sum = Self.sum(nested(depth), nested(depth))
        var value = sum["a"]
        for _ in 0..<depth { value = value?["a"] }
        #expect(value == 2)
        _ = Self.sum(nested(5_000), nested(5_000))
    }

    @Test("The cached tokens of a turn with several requests are those of all of them")
    func turn() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        try await conversation.turn("question") { turn in
            for cached in [100, 2_000, 30] {
                try turn.addUsage(
                    Usage(inputTokens: 5, details: ["prompt_tokens_details": ["cached_tokens": .number(.init(cached))]])
                )
            }
        }
        let usage = conversation.snapshot.turns.last?.usage
        #expect(usage == Usage(inputTokens: 15, details: ["prompt_tokens_details": ["cached_tokens": 2_130]]))
    }
}
