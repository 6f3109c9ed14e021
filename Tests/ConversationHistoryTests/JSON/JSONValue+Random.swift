@testable import ConversationHistory

extension JSONValue {
    /// A value that tries what a writer and a reader may get wrong.
    static func random(using generator: inout SeededGenerator, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0...(depth < 5 ? 9 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2, 3: return .number(.random(using: &generator))
        case 4, 5: return .string(.randomJSON(using: &generator))
        case 6, 7:
            return .array(
                (0..<Int.random(in: 0...6, using: &generator)).map { _ in random(using: &generator, depth: depth + 1) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                object.append(key: .randomJSON(using: &generator), value: random(using: &generator, depth: depth + 1))
            }
            return .object(object)
        }
    }
}

extension JSONNumber {
    static func random(using generator: inout SeededGenerator) -> JSONNumber {
        switch Int.random(in: 0...3, using: &generator) {
        case 0: return JSONNumber(Int.random(in: -100...100, using: &generator))
        case 1: return JSONNumber(UInt64.random(in: 0...UInt64.max, using: &generator))
        case 2: return JSONNumber(Double(bitPattern: generator.next())) ?? 0
        default:
            let digits = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
                Int.random(in: 0...9, using: &generator)
            }
            return JSONNumber("-1.\(digits.map(String.init).joined())E+\(digits[0])") ?? 0
        }
    }
}

extension String {
    static func randomJSON(using generator: inout SeededGenerator) -> String {
        let alphabets: [[ClosedRange<UInt32>]] = [
            [0x61...0x7A], [0x20...0x7E, 0x22...0x22, 0x5C...0x5C], [0...0x1F], [0x80...0x7FF, 0x61...0x7A],
            [0x800...0xD7FF, 0xE000...0xFFFF], [0x10000...0x10FFFF], [0...0x7F, 0x80...0xD7FF],
        ]
        let alphabet = alphabets.randomElement(using: &generator) ?? []
        let length = Int.random(in: 0...(Bool.random(using: &generator) ? 12 : 60), using: &generator)
        var scalars = String.UnicodeScalarView()
        for _ in 0..<length {
            let range = alphabet.randomElement(using: &generator) ?? 0...0
            scalars.append(UnicodeScalar(UInt32.random(in: range, using: &generator)) ?? "?")
        }
        return String(scalars)
    }
}
