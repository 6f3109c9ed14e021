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

    /// Returns the bytes from a position to the current one.
    func bytes(from position: Int) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: start + position, count: self.position - position))
    }
}
