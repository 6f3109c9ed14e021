extension String {
    /// Tells whether both strings have the same UTF-8 bytes.
    ///
    /// The standard library's `==` holds for canonically equivalent strings, whose bytes may differ.
    func hasSameBytes(as other: String) -> Bool {
        let mine = utf8
        let others = other.utf8
        guard mine.count == others.count else { return false }
        let fast = mine.withContiguousStorageIfAvailable { left in
            others.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (fast ?? nil) ?? mine.elementsEqual(others)
    }

    /// Feeds the UTF-8 bytes, and an end mark that no UTF-8 contains, to a hasher.
    func hashBytes(into hasher: inout Hasher) {
        var bytes = self
        bytes.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    /// Tells whether the UTF-8 bytes of this string sort before those of the other.
    func bytesPrecede(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}
