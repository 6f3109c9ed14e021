extension JSONWriter {
    /// Writes a truth value.
    mutating func write(_ value: Bool) {
        if value { write(raw: "true") } else { write(raw: "false") }
    }

    /// Writes an integer.
    package mutating func write(_ value: Int) {
        append(utf8Of: value.description)
    }

    /// Writes a floating-point number in the shortest form that reads as the same value; `null` if it is not finite.
    mutating func write(_ value: Double) {
        if value.isFinite { append(utf8Of: value.description) } else { write(raw: "null") }
    }

    /// Writes a number as its text is.
    mutating func write(number: JSONNumber) {
        append(utf8Of: number.text)
    }

    /// Writes a tree.
    ///
    /// One nested deeper than the reader's limit is written as well; refusing it is up to the caller.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(raw: "null")
        case .bool(let value): write(value)
        case .number(let value): write(number: value)
        case .string(let value): write(string: value)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        append(JSONBytes.openBracket)
        var isFirst = true
        for element in elements {
            if !isFirst { append(JSONBytes.comma) }
            isFirst = false
            write(element)
        }
        append(JSONBytes.closeBracket)
    }

    private mutating func write(_ object: JSONObject) {
        append(JSONBytes.openBrace)
        var isFirst = true
        for (key, value) in object {
            if !isFirst { append(JSONBytes.comma) }
            isFirst = false
            write(string: key)
            append(JSONBytes.colon)
            write(value)
        }
        append(JSONBytes.closeBrace)
    }
}
