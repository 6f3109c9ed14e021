extension JSONReader {
    /// Tells whether an object comes next whose first member has this key; nothing is read.
    mutating func nextObjectStarts(with key: StaticString) -> Bool {
        guard peek() == .object else { return false }
        var ahead = self
        ahead.position += 1
        guard ahead.peek() == .string, let first = try? ahead.readKey() else {
            // Whatever is wrong here is found again, and thrown, when the object is read.
            return false
        }
        return first == key
    }

    /// Returns the bytes from a position to the current one, without the blanks between the tokens.
    ///
    /// What is kept of a document that is laid out for reading must fit on one line.
    func compactBytes(from position: Int) -> [UInt8] {
        let text = UnsafeRawBufferPointer(start: start + position, count: self.position - position)
        var compact: [UInt8] = []
        compact.reserveCapacity(text.count)
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                if byte == JSONBytes.quote, !isEscaped { isInString = false }
                isEscaped = byte == JSONBytes.backslash && !isEscaped
            } else if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                continue
            } else if byte == JSONBytes.quote {
                isInString = true
            }
            compact.append(byte)
        }
        return compact
    }
}
