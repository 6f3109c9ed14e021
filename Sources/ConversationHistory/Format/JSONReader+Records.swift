extension JSONReader {
    /// The place in the history of the byte that is read next.
    var offset: Int { baseOffset + position }

    /// Returns the key of the first member of the object that comes next; nothing is read.
    ///
    /// `nil` if that is no object or has no member; whatever is wrong with it is found when the object is read.
    mutating func firstKeyOfNextObject() -> JSONKey? {
        guard peek() == .object else { return nil }
        let (place, sawSurrogate) = (position, hasLoneSurrogate)
        defer {
            position = place
            hasLoneSurrogate = sawSurrogate
        }
        position += 1
        // Thrown again when the object is read.
        return try? readKey()
    }

    /// Returns the stored form of what a closure reads, without its blanks, if reading loses something of it.
    ///
    /// - Parameter read: Reads a value, and tells whether it left out something.
    /// - Returns: `nil` if writing can make the stored form again. A `String` cannot hold half of a surrogate pair, so
    ///   where there is one, writing cannot.
    mutating func verbatim(
        _ read: (inout JSONReader) throws(JSONError) -> Bool
    ) throws(JSONError) -> [UInt8]? {
        _ = peek()
        let place = position
        let sawSurrogate = hasLoneSurrogate
        hasLoneSurrogate = false
        let isLossy = try read(&self) || hasLoneSurrogate
        hasLoneSurrogate = sawSurrogate || hasLoneSurrogate
        return isLossy ? compactBytes(from: place) : nil
    }

    /// Returns the bytes from a position to the current one without the blanks between values: they are to fit on a line.
    private func compactBytes(from position: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var (isInString, isEscaped) = (false, false)
        for byte in UnsafeRawBufferPointer(start: start + position, count: self.position - position) {
            guard isInString || !JSONBytes.isBlank(byte) else { continue }
            bytes.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == JSONBytes.quote {
                isInString.toggle()
            }
        }
        return bytes
    }
}
