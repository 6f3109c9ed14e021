import Testing

@testable import ConversationHistory

@Suite struct JSONIndenterTests {
    private func pretty(_ bytes: [UInt8]) -> String {
        var writer = JSONWriter()
        bytes.withUnsafeBytes { JSONIndenter.prettyPrinted($0, into: &writer) }
        return writer.string
    }

    private func pretty(_ text: String) -> String { pretty(Array(text.utf8)) }

    @Test func indentsByTwoSpaces() {
        #expect(
            pretty(#"{"a":1,"b":[1,"x",null],"c":{},"d":[],"e":{"f":[{}]}}"#) == """
                {
                  "a": 1,
                  "b": [
                    1,
                    "x",
                    null
                  ],
                  "c": {},
                  "d": [],
                  "e": {
                    "f": [
                      {}
                    ]
                  }
                }
                """
        )
    }

    @Test(arguments: ["1", "null", "\"a\"", "[]", "{}", "-1.5e+10"])
    func leavesScalarsAndEmptyOnesAlone(_ text: String) {
        #expect(pretty(text) == text)
    }

    @Test func leavesStringsAlone() {
        let tricky = [
            "{}", "[1,2]:", "\"", "\\", "\\\"", "a\\", "é🎉,", "\n{", "{\"a\":[1]}", String(repeating: ",", count: 40),
        ]
        for string in tricky {
            for padding in 0...17 {
                let text = JSONValue.string(String(repeating: "x", count: padding) + string).jsonString
                #expect(pretty(text) == text)
                #expect(pretty("[\(text)]") == "[\n  \(text)\n]")
                #expect(pretty("{\(text):\(text)}") == "{\n  \(text): \(text)\n}")
            }
        }
    }

    @Test func changesNoValue() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<500 {
            let value = JSONValue.random(using: &generator)
            let text = pretty(value.jsonString)
            #expect(try JSONValue(parsing: text) == value)
            #expect(!text.hasSuffix("\n"))
        }
    }

    @Test func staysInBoundsOnOtherText() {
        var generator = SeededGenerator(seed: 22)
        let alphabet = Array("{}[],:\"\\a1 ".utf8)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            #expect(pretty(bytes).utf8.count >= bytes.count)
        }
    }
}
