import Testing

@testable import ConversationHistory

/// What must hold for every value and for every sequence of bytes.
@Suite struct JSONPropertyTests {
    /// Reads bytes in every way there is; all ways must agree on whether the bytes are JSON.
    private func check(_ bytes: [UInt8]) -> JSONError? {
        var value: JSONValue?
        let reading = error { () throws(JSONError) in value = try JSONValue(parsing: bytes) }
        let skipping = error { () throws(JSONError) in
            try withReader(of: bytes) { (reader) throws(JSONError) in
                try reader.skipValue()
                try reader.expectEnd()
            }
        }
        #expect(reading == skipping, "\(bytes)")
        if let reading { #expect((0...bytes.count).contains(reading.offset), "\(bytes)") }
        if let value {
            // What is read can be written, and then reads the same.
            var again: JSONValue?
            let rereading = error { () throws(JSONError) in again = try JSONValue(parsing: value.jsonString) }
            #expect(rereading == nil)
            #expect(again == value)
        }
        return reading
    }

    @Test(arguments: 0..<8)
    func whatIsWrittenReadsTheSame(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let value = JSONValue.random(using: &generator)
            let text = value.jsonString
            let read = try JSONValue(parsing: text)
            #expect(read == value)
            #expect(read.hashValue == value.hashValue)
            #expect(read.jsonString.hasSameBytes(as: text))
            #expect(try JSONValue(parsing: Array(text.utf8)) == value)
        }
    }

    @Test(arguments: 0..<4)
    func anyBytesAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: 100 + seed)
        let likely = Array("{}[],:\"\\ \n0123456789-+.eEtrufalsn/bu".utf8) + [0xC3, 0xA9, 0xF0, 0x9F, 0x8E, 0x89, 0]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Int.random(in: 0..<10, using: &generator) == 0
                    ? UInt8.random(in: 0...255, using: &generator) : likely.randomElement(using: &generator) ?? 0
            }
            _ = check(bytes)
        }
    }

    @Test(arguments: 0..<4)
    func mutatedDocumentsAreReadOrRefused(seed: UInt64) {
        var generator = SeededGenerator(seed: 200 + seed)
        for _ in 0..<100 {
            let bytes = Array(JSONValue.random(using: &generator).jsonString.utf8)
            for _ in 0..<20 {
                var mutated = bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<max(mutated.count, 1), using: &generator)
                    switch Int.random(in: 0...3, using: &generator) {
                    case 0: mutated.insert(UInt8.random(in: 0...255, using: &generator), at: min(place, mutated.count))
                    case 1 where !mutated.isEmpty: mutated.remove(at: place)
                    case 2 where !mutated.isEmpty: mutated[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                    default: mutated.append(contentsOf: mutated[min(place, mutated.count)...].prefix(10))
                    }
                }
                _ = check(mutated)
            }
        }
    }

    @Test func aTextCutAnywhereIsRefusedAtItsEnd() throws {
        let text = #" {"a":[true,false,null,"x\u00e9\ud83c\udf89é€🎉\n",-12.5e+3,{}],"\u0062":{"c":"d"}} "#
        let bytes = Array(text.utf8)
        for count in 0..<(bytes.count - 1) {
            let found = check(Array(bytes[..<count]))
            #expect(found == JSONError(code: .endOfInput, offset: count), "\(count)")
        }
        #expect(check(Array(bytes.dropLast())) == nil)
        #expect(check(bytes) == nil)
    }
}
