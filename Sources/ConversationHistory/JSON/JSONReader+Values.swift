// Unsafe pointers: see JSONReader.swift.

extension JSONReader {
    /// Reads any value as a tree.
    ///
    /// Nesting takes no stack because a thread may have little of it.
    package mutating func readValue() throws(JSONError) -> JSONValue {
        switch peek() {
        case .object, .array: try readContainer()
        case .string: .string(try readString())
        case .number: .number(try readNumber())
        case .bool: .bool(try readBool())
        case .null: try readNull()
        case .end, .invalid: throw error(.syntax)
        }
    }

    private mutating func readNull() throws(JSONError) -> JSONValue {
        try readLiteral("null")
        return .null
    }

    /// Reads the array or object at the cursor.
    private mutating func readContainer() throws(JSONError) -> JSONValue {
        var outer: [JSONContainer] = []
        guard var inner = try openContainer() else { return emptyContainer() }
        while true {
            if case .object = inner.kind { inner.key = try readKey().string }
            var value: JSONValue
            let next = skipBlanks()
            if next == JSONBytes.openBracket || next == JSONBytes.openBrace {
                if let container = try openContainer() {
                    outer.append(inner)
                    inner = container
                    continue
                }
                value = emptyContainer()
            } else {
                value = try readValue()
            }
            // After the value, leave all containers that end here, or continue with the next value.
            inner.append(value)
            while try !goesOn(closing: inner.kind == .object ? JSONBytes.closeBrace : JSONBytes.closeBracket) {
                value = inner.value
                guard let container = outer.popLast() else { return value }
                inner = container
                inner.append(value)
            }
        }
    }

    /// Enters the array or object at the cursor, unless it is empty.
    private mutating func openContainer() throws(JSONError) -> JSONContainer? {
        if cursor.load(as: UInt8.self) == JSONBytes.openBracket {
            try open(JSONBytes.openBracket, closing: JSONBytes.closeBracket) ? JSONContainer(.array) : nil
        } else {
            try open(JSONBytes.openBrace, closing: JSONBytes.closeBrace) ? JSONContainer(.object) : nil
        }
    }

    /// Returns the empty array or object that ends before the cursor.
    private func emptyContainer() -> JSONValue {
        cursor.load(fromByteOffset: -1, as: UInt8.self) == JSONBytes.closeBracket ? .array([]) : .object([:])
    }

    /// Skips any value, checking it as reading would.
    ///
    /// It recurses only once for every 64 levels of nesting.
    package mutating func skipValue() throws(JSONError) {
        // One bit for each open array (0) or object (1), with the innermost in the lowest bit.
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
            // After the value, leave all containers that end here, or continue with the next value.
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

/// An array or object that is being read.
private struct JSONContainer {
    enum Kind {
        case array
        case object
    }

    let kind: Kind
    /// The key of the member that is being read.
    var key = ""
    private var elements: [JSONValue] = []
    private var members = JSONObject()

    init(_ kind: Kind) {
        self.kind = kind
    }

    mutating func append(_ value: JSONValue) {
        switch kind {
        case .array: elements.append(value)
        case .object: members.append(key: key, value: value)
        }
    }

    var value: JSONValue {
        switch kind {
        case .array: .array(elements)
        case .object: .object(members)
        }
    }
}
