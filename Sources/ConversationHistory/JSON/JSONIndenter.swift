// Unsafe buffers: every index is checked against the count of the text before it is used.

/// An indenter that makes compact JSON text readable for people.
///
/// Each element and member is on a line of its own, indented by two spaces per level, with `": "` after keys. Empty
/// arrays and objects stay `[]` and `{}`, and the text ends without a line break.
enum JSONIndenter {
    /// Appends the indented form of a text, which must be valid JSON without white space between its tokens.
    ///
    /// Strings are copied unchanged. For any other text, the result is unspecified.
    static func prettyPrinted(_ text: UnsafeRawBufferPointer, into output: inout JSONWriter) {
        output.reserve(text.count + text.count / 8)
        var depth = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            switch byte {
            case JSONBytes.quote:
                let next = endOfString(text, from: index)
                output.append(UnsafeRawBufferPointer(rebasing: text[index..<next]))
                index = next
                continue
            case JSONBytes.openBrace, JSONBytes.openBracket:
                output.append(byte)
                let closing = byte + 2
                if index + 1 < text.count, text[index + 1] == closing {
                    output.append(closing)
                    index += 1
                } else {
                    depth += 1
                    breakLine(depth, &output)
                }
            case JSONBytes.closeBrace, JSONBytes.closeBracket:
                depth -= 1
                breakLine(depth, &output)
                output.append(byte)
            case JSONBytes.comma:
                output.append(byte)
                breakLine(depth, &output)
            case JSONBytes.colon:
                output.write(raw: ": ")
            default:
                output.append(byte)
            }
            index += 1
        }
    }

    private static func breakLine(_ depth: Int, _ output: inout JSONWriter) {
        output.append(0x0A)
        output.append(0x20, repeating: 2 * max(depth, 0))
    }

    /// Returns the index after the closing quote of the string that starts at an index.
    @inline(__always)
    private static func endOfString(_ text: UnsafeRawBufferPointer, from first: Int) -> Int {
        var index = first + 1
        while index < text.count {
            if index + 8 <= text.count {
                let marks = JSONBytes.stops(text.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian)
                if marks == 0 {
                    index += 8
                    continue
                }
                index += JSONBytes.firstIndex(marks)
            }
            let byte = text[index]
            if byte == JSONBytes.quote { return index + 1 }
            index += byte == JSONBytes.backslash ? 2 : 1
        }
        return text.count
    }
}
