extension JSONReader {
    /// The place in the history of the byte that is read next.
    package var offset: Int { baseOffset + position }

    /// Returns the key of the first member of the object that comes next; nothing is read.
    ///
    /// `nil` if that is no object or has no member; whatever is wrong with it is found when the object is read.
    mutating func firstKeyOfNextObject() -> JSONKey? {
        guard peek() == .object else { return nil }
        let (place, wasLossy) = (position, isLossy)
        defer {
            position = place
            isLossy = wasLossy
        }
        position += 1
        // Thrown again when the object is read.
        return try? readKey()
    }

    /// Returns the stored form of what a closure reads, without its blanks, if reading loses something of it.
    ///
    /// - Parameter read: Reads a value, and sets ``isLossy`` if it leaves out something.
    /// - Returns: `nil` if writing can make the stored form again. A `String` cannot hold half of a surrogate pair, so
    ///   where there is one, writing cannot.
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

    /// Returns the bytes from a position to the current one without the blanks between values: they are to fit on a line.
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

/// The members of an object that were read, of those that an object has once.
struct SeenMembers {
    private var seen: UInt16 = 0

    /// Notes a member by a number of its own; one that is there for the second time is lost when it is written.
    @inline(__always)
    mutating func note(_ number: UInt16, _ reader: inout JSONReader) {
        let bit = 1 as UInt16 &<< number
        if seen & bit != 0 { reader.isLossy = true }
        seen |= bit
    }
}

extension JSONWriter {
    /// Writes the members of an object behind those that are there already.
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
    /// Throws if this is nested deeper than can be read back.
    func checkDepth() throws(SnapshotError) {
        guard !isDeeper(than: JSONValue.maximumDepth) else { throw .tooDeep }
    }
}

extension JSONObject {
    /// Throws if a member is nested deeper than can be read back.
    package func checkDepth() throws(SnapshotError) {
        guard !hasValue(deeperThan: JSONValue.maximumDepth) else { throw .tooDeep }
    }

    /// Throws if these members could not be read back as what they are.
    ///
    /// - Parameter names: The members that the object has of its own, whose names these must not take.
    @inline(__always)
    func checkReadable(besides names: @autoclosure () -> [String]) throws(SnapshotError) {
        // Nearly always there are none, and then the names need not be put into an array.
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
