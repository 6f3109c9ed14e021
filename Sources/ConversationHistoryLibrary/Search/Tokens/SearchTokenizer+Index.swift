import ConversationHistory

extension SearchTokenizer {
    /// Returns the tokens in a text as a text of digits, the letters a to z and spaces.
    ///
    /// Any engine that parts its text at spaces keeps them as they are: SQLite's `ascii` and `unicode61`, or
    /// `string_to_array` in PostgreSQL. Different tokens are written differently: one of other letters is the letters `zz`
    /// and its UTF-8 bytes in hexadecimal, as is one that begins with `zz` itself.
    package static func indexText(of text: String) -> String {
        var sink = IndexText()
        SearchScanner.scan(text, into: &sink)
        return String(decoding: sink.bytes, as: UTF8.self)
    }

    /// Writes tokens as an engine gets them.
    private struct IndexText: SearchTokenSink {
        var bytes: [UInt8] = []

        mutating func take(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool, range: Range<Int>) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            let mark = UInt8(ascii: "z")
            if isASCII, text.count < 2 || text[0] != mark || text[1] != mark {
                bytes.append(contentsOf: text)
                return
            }
            bytes.append(mark)
            bytes.append(mark)
            for byte in text {
                bytes.append(Self.digit(byte >> 4))
                bytes.append(Self.digit(byte & 0xF))
            }
        }

        private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 48 : value + 87 }
    }
}
