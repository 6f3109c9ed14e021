// Unsafe pointers: see JSONReader.swift.

extension JSONReader {
    /// Reads any value as a tree.
    mutating func readValue() throws(JSONError) -> JSONValue {
        switch peek() {
        case .object: return .object(try readMembers())
        case .array: return .array(try readElements())
        case .string: return .string(try readString())
        case .number: return .number(try readNumber())
        case .bool: return .bool(try readBool())
        case .null:
            try readLiteral("null")
            return .null
        case .end, .invalid: throw error(.syntax)
        }
    }

    private mutating func readElements() throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        guard try open(JSONBytes.openBracket, closing: JSONBytes.closeBracket) else { return elements }
        repeat {
            elements.append(try readValue())
        } while try goesOn(closing: JSONBytes.closeBracket)
        return elements
    }

    private mutating func readMembers() throws(JSONError) -> JSONObject {
        var object = JSONObject()
        guard try open(JSONBytes.openBrace, closing: JSONBytes.closeBrace) else { return object }
        repeat {
            let key = try readKey().string
            object.append(key: key, value: try readValue())
        } while try goesOn(closing: JSONBytes.closeBrace)
        return object
    }

    /// Skips any value, checking it as if it were read.
    ///
    /// It takes stack for every 64 levels of nesting only.
    mutating func skipValue() throws(JSONError) {
        // One bit for each open array (0) or object (1), the innermost lowest.
        var objects: UInt64 = 0
        var levels = 0
        while true {
            switch peek() {
            case .object, .array:
                if levels == UInt64.bitWidth {
                    try skipValue()
                    break
                }
                let isObject = cursor.load(as: UInt8.self) == JSONBytes.openBrace
                let closing = isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket
                if try open(isObject ? JSONBytes.openBrace : JSONBytes.openBracket, closing: closing) {
                    objects = objects &<< 1 | (isObject ? 1 : 0)
                    levels += 1
                    if isObject { _ = try readKey() }
                    continue
                }
            case .string: _ = try skipString()
            case .number: _ = try skipNumber()
            case .bool: _ = try readBool()
            case .null: try readLiteral("null")
            case .end, .invalid: throw error(.syntax)
            }
            // A value is behind; leave all that end here, or go on to the next value.
            while true {
                guard levels > 0 else { return }
                let isObject = objects & 1 == 1
                if try goesOn(closing: isObject ? JSONBytes.closeBrace : JSONBytes.closeBracket) {
                    if isObject { _ = try readKey() }
                    break
                }
                objects &>>= 1
                levels -= 1
            }
        }
    }
}
