// Unsafe pointers: see JSONReader.swift. Comparisons load only bytes of the key and the name.

/// The key of an object's member, as a reference to the document's bytes.
///
/// A key is compared in place, without making a `String`. It must not outlive the closure that receives it.
package struct JSONKey {
    /// The first byte after the opening quote.
    let start: UnsafeRawPointer

    /// The number of bytes between the quotes.
    let count: Int

    /// Whether the text between the quotes contains escapes.
    let hasEscapes: Bool

    /// Whether the bytes between the quotes are all ASCII.
    let isASCII: Bool

    /// The bytes between the quotes, with escapes as they are written.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// The key as a string.
    package var string: String {
        if !hasEscapes { return JSONReader.makeString(start, count, isASCII: isASCII) }
        // The text includes both quotes. The rest of the document serves as padding.
        var reader = JSONReader(UnsafeRawBufferPointer(start: start - 1, count: count + 2))
        do {
            return try reader.readString()
        } catch {
            // The reader has already checked these bytes, when it made this key.
            preconditionFailure("A key that was read cannot be read again.")
        }
    }

    @inline(__always)
    package static func == (key: JSONKey, name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        if key.hasEscapes { return key.hasDecodedBytes(of: name) }
        guard key.count == count else { return false }
        let left = key.start
        let right = UnsafeRawPointer(name.utf8Start)
        // The last word overlaps the one before it, so no byte outside the two texts is read.
        if count >= 8 {
            var index = 0
            while index + 8 < count {
                guard word(left, index) == word(right, index) else { return false }
                index += 8
            }
            return word(left, count - 8) == word(right, count - 8)
        }
        if count >= 4 {
            return half(left, 0) == half(right, 0) && half(left, count - 4) == half(right, count - 4)
        }
        var index = 0
        while index < count {
            guard byte(left, index) == byte(right, index) else { return false }
            index += 1
        }
        return true
    }

    @inline(__always)
    package static func != (key: JSONKey, name: StaticString) -> Bool {
        !(key == name)
    }

    @inline(never)
    private func hasDecodedBytes(of name: StaticString) -> Bool {
        string.hasSameBytes(as: name.description)
    }

    @inline(__always)
    private static func word(_ pointer: UnsafeRawPointer, _ index: Int) -> UInt64 {
        pointer.loadUnaligned(fromByteOffset: index, as: UInt64.self)
    }

    @inline(__always)
    private static func half(_ pointer: UnsafeRawPointer, _ index: Int) -> UInt32 {
        pointer.loadUnaligned(fromByteOffset: index, as: UInt32.self)
    }

    @inline(__always)
    private static func byte(_ pointer: UnsafeRawPointer, _ index: Int) -> UInt8 {
        pointer.load(fromByteOffset: index, as: UInt8.self)
    }
}
