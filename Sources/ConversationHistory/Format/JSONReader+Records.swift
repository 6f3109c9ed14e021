extension JSONReader {
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

    /// Returns the bytes from a position to the current one.
    func bytes(from position: Int) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: start + position, count: self.position - position))
    }
}
