// Unsafe buffers: whole words are compared, each at an offset that was checked against the equal counts.

extension String {
    /// Returns whether both strings have the same UTF-8 bytes.
    ///
    /// The standard library's `==` is also true for canonically equivalent strings with different bytes.
    package func hasSameBytes(as other: String) -> Bool {
        let mine = utf8
        let others = other.utf8
        guard mine.count == others.count else { return false }
        let fast = mine.withContiguousStorageIfAvailable { left in
            others.withContiguousStorageIfAvailable { right in
                Self.areEqual(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        return (fast ?? nil) ?? mine.elementsEqual(others)
    }

    /// Returns whether two buffers of the same count are equal; copies of one string share their memory and take no
    /// time.
    private static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        if left.baseAddress == right.baseAddress { return true }
        var offset = 0
        while offset + 8 <= left.count {
            let word = left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard word == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
            offset += 8
        }
        while offset < left.count {
            guard left[offset] == right[offset] else { return false }
            offset += 1
        }
        return true
    }

    /// Hashes the UTF-8 bytes and an end mark that UTF-8 never contains.
    func hashBytes(into hasher: inout Hasher) {
        var bytes = self
        bytes.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }

    /// Returns whether the UTF-8 bytes of this string sort before those of the other.
    func bytesPrecede(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

/// A string that is compared and hashed by its UTF-8 bytes, for use as a dictionary key.
package struct ByteString: Hashable, Sendable {
    let string: String

    package init(_ string: String) {
        self.string = string
    }

    package static func == (left: ByteString, right: ByteString) -> Bool {
        left.string.hasSameBytes(as: right.string)
    }

    package func hash(into hasher: inout Hasher) {
        string.hashBytes(into: &hasher)
    }
}
