extension JSONReader {
    /// The offset in the history of the next byte.
    package var offset: Int { baseOffset + position }

    /// Returns the key of the first member of the next object without moving the reader.
    ///
    /// The result is `nil` if the next value isn't an object or has no members. Reading the object reports its errors.
    mutating func firstKeyOfNextObject() -> JSONKey? {
        guard peek() == .object else { return nil }
        let (place, wasLossy) = (position, isLossy)
        defer {
            position = place
            isLossy = wasLossy
        }
        position += 1
        // Reading the object throws the same error again.
        return try? readKey()
    }

    /// Returns the stored form of the value that a closure reads, without white space, if reading it loses something.
    ///
    /// - Parameter read: A closure that reads a value, and sets ``isLossy`` if it leaves something out.
    /// - Returns: The stored form; `nil` if writing the value reproduces it. Writing cannot reproduce half of a
    ///   surrogate pair, which a `String` cannot hold.
    mutating func verbatim(_ read: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) -> [UInt8]? {
        _ = peek()
        let place = position
        let wasLossy = isLossy
        isLossy = false
        try read(&self)
        let form = isLossy ? compactBytes(from: place) : nil
        isLossy = wasLossy || isLossy
        return form
    }

    /// Returns the bytes from a position to the current one, without white space between tokens, so that they fit on a
    /// line.
    func compactBytes(from position: Int) -> [UInt8] {
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

/// The set of members that were read, among those that an object should have once.
struct SeenMembers {
    private var seen: UInt16 = 0

    /// Notes a member by its number; a repeated member marks the reader as lossy because it would not be written again.
    @inline(__always)
    mutating func note(_ number: UInt16, _ reader: inout JSONReader) {
        let bit = 1 as UInt16 &<< number
        if seen & bit != 0 { reader.isLossy = true }
        seen |= bit
    }
}

extension JSONWriter {
    /// Writes the members of an object after those that are already written.
    mutating func write(fields: JSONObject) {
        guard !fields.isEmpty else { return }
        for (key, value) in fields {
            write(raw: ",")
            write(string: key)
            write(raw: ":")
            write(value)
        }
    }
}

extension JSONValue {
    /// Throws an error if the value is nested too deeply to be read back.
    func checkDepth() throws(SnapshotError) {
        guard !isDeeper(than: JSONValue.maximumDepth) else { throw .tooDeep }
    }
}

extension JSONObject {
    /// Throws an error if a member is nested too deeply to be read back.
    package func checkDepth() throws(SnapshotError) {
        guard !hasValue(deeperThan: JSONValue.maximumDepth) else { throw .tooDeep }
    }

    /// Throws an error if these members could not be read back unchanged.
    ///
    /// - Parameter names: The names of the object's own members, which these must not use.
    @inline(__always)
    func checkReadable(besides names: @autoclosure () -> [String]) throws(SnapshotError) {
        // Objects rarely have additional members, and then the array of names is not needed.
        if !isEmpty { try checkMembers(besides: names()) }
    }

    private func checkMembers(besides names: [String]) throws(SnapshotError) {
        for (key, value) in self {
            guard !names.contains(key) else {
                throw SnapshotError(.notEncodable, "An additional member has a name that the stored form itself uses.")
            }
            try value.checkDepth()
        }
    }
}

extension SnapshotError {
    static let tooDeep = SnapshotError(
        .tooDeep,
        "The entry is nested deeper than \(JSONValue.maximumDepth) levels and could not be read back."
    )

    static func tooLarge(_ part: String, _ count: Int, limit: Int) -> SnapshotError {
        SnapshotError(.tooLarge, "The \(part) has \(count) bytes; the limit is \(limit).")
    }
}
