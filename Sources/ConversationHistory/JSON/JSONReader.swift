// Unsafe pointers: the reader loads eight bytes at a time and makes strings directly from the document's bytes, which
// makes it faster than a reader that checks each index. Its safety rests on one rule: `cursor` never passes `end`, and
// at least `padding` readable zero bytes follow `end`. A zero is a control character and not a digit, white space or a
// UTF-8 continuation, so every loop over the text stops there by itself.
//
// A reader of one line of a longer text may pass `end`. The zeros after the whole text then stop it, and the caller has
// to compare the position with the length of the line.

/// A strict reader of JSON text (RFC 8259) from bytes in memory.
///
/// It builds no tree: the caller asks for the values that it expects, in the order of the text. It works only while the
/// bytes are accessible, inside a `withUnsafeBytes` closure.
///
/// After an error the position is unspecified; the caller may set it again.
package struct JSONReader {
    /// The number of zero bytes that must follow the text in memory.
    package static let padding = 8

    let start: UnsafeRawPointer
    let end: UnsafeRawPointer
    var cursor: UnsafeRawPointer

    /// The number of open arrays and objects.
    var depth = 0

    /// Whether writing would not reproduce something that was read; callers may reset it at any time.
    ///
    /// A string sets it for an escape of an unpaired surrogate, which becomes U+FFFD.
    var isLossy = false

    let baseOffset: Int
    let maximumDepth: Int

    /// The memory in which strings with escapes are built; empty until the first such string.
    var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// The owner of the scratch memory; strings use `scratch` directly, which saves a retain for each.
    var scratchOwner: JSONScratch?

    /// Creates a reader of the text in `bytes`, which at least `padding` zero bytes must follow in memory.
    ///
    /// - Parameters:
    ///   - bytes: The text, without the padding.
    ///   - baseOffset: The number that is added to the offsets in errors.
    ///   - maximumDepth: The largest number of arrays and objects that may be open at a time.
    ///   - scratch: The scratch memory of a reader that is no longer in use, if any.
    package init(
        _ bytes: UnsafeRawBufferPointer,
        baseOffset: Int = 0,
        maximumDepth: Int = 512,
        scratch owner: JSONScratch? = nil
    ) {
        start = bytes.baseAddress ?? Self.zeros
        end = start + bytes.count
        cursor = start
        self.baseOffset = baseOffset
        self.maximumDepth = maximumDepth
        if let owner {
            scratch = UnsafeMutableRawBufferPointer(start: owner.start, count: owner.capacity)
            scratchOwner = owner
        }
    }

    /// The zeros that serve as padding for a buffer without a base address.
    private static var zeros: UnsafeRawPointer {
        let zeros: StaticString = "\0\0\0\0\0\0\0\0"
        return UnsafeRawPointer(zeros.utf8Start)
    }

    /// The index of the next byte.
    package var position: Int {
        get { cursor - start }
        set {
            // The rule at the top of this file must hold.
            precondition(newValue >= 0 && newValue <= end - start, "The position is outside of the text.")
            cursor = start + newValue
        }
    }

    /// Skips white space and returns the kind of the next value, without reading it.
    package mutating func peek() -> JSONKind {
        switch skipBlanks() {
        case JSONBytes.openBrace: .object
        case JSONBytes.openBracket: .array
        case JSONBytes.quote: .string
        case JSONBytes.minus, JSONBytes.zero...JSONBytes.nine: .number
        case 0x74, 0x66: .bool
        case 0x6E: .null
        default: cursor == end ? .end : .invalid
        }
    }

    /// Reads an object and calls the closure for each member; the closure must read or skip the member's value.
    ///
    /// Members come in the order of the text, and a key may occur more than once. The closure must not keep the key.
    @inline(__always)
    package mutating func readObject(
        _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try open(JSONBytes.openBrace, closing: JSONBytes.closeBrace) else { return }
        repeat {
            let key = try readKey()
            try member(key, &self)
        } while try goesOn(closing: JSONBytes.closeBrace)
    }

    /// Reads an array and calls the closure for each element; the closure must read or skip the element.
    @inline(__always)
    package mutating func readArray(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try open(JSONBytes.openBracket, closing: JSONBytes.closeBracket) else { return }
        repeat {
            try element(&self)
        } while try goesOn(closing: JSONBytes.closeBracket)
    }

    /// Reads `true` or `false`.
    package mutating func readBool() throws(JSONError) -> Bool {
        switch skipBlanks() {
        case 0x74:
            try readLiteral("true")
            return true
        case 0x66:
            try readLiteral("false")
            return false
        default:
            throw mismatch()
        }
    }

    /// Reads `null` if it comes next, and returns whether it did; any other value is not read.
    mutating func readNullIfPresent() -> Bool {
        guard skipBlanks() == 0x6E else { return false }
        let null: StaticString = "null"
        for index in 0..<4 where cursor.load(fromByteOffset: index, as: UInt8.self) != null.utf8Start[index] {
            return false
        }
        cursor += 4
        return true
    }

    /// Checks that only white space is left.
    package mutating func expectEnd() throws(JSONError) {
        _ = skipBlanks()
        guard cursor == end else { throw error(.trailingData) }
    }

    // MARK: - Structure

    /// Enters an array or object, and returns whether it has an element.
    @inline(__always)
    mutating func open(_ opening: UInt8, closing: UInt8) throws(JSONError) -> Bool {
        guard skipBlanks() == opening else { throw mismatch() }
        guard depth < maximumDepth else { throw error(.tooDeep) }
        cursor += 1
        if skipBlanks() == closing {
            cursor += 1
            return false
        }
        depth += 1
        return true
    }

    /// Returns whether another element follows the last one; if not, leaves the array or object.
    @inline(__always)
    mutating func goesOn(closing: UInt8) throws(JSONError) -> Bool {
        let byte = skipBlanks()
        if byte == JSONBytes.comma {
            cursor += 1
            return true
        }
        guard byte == closing else { throw error(.syntax) }
        cursor += 1
        depth -= 1
        return false
    }

    /// Reads a member's key and the colon after it.
    @inline(__always)
    mutating func readKey() throws(JSONError) -> JSONKey {
        guard skipBlanks() == JSONBytes.quote else { throw error(.syntax) }
        let first = cursor + 1
        let (hasEscapes, isASCII) = try skipString()
        let key = JSONKey(start: first, count: cursor - 1 - first, hasEscapes: hasEscapes, isASCII: isASCII)
        guard skipBlanks() == JSONBytes.colon else { throw error(.syntax) }
        cursor += 1
        return key
    }

    /// Moves to the next byte that is not white space and returns it; at the end of the text, the byte is zero.
    @inline(__always)
    mutating func skipBlanks() -> UInt8 {
        let byte = cursor.load(as: UInt8.self)
        return byte > 0x20 ? byte : skipBlanksSlowly()
    }

    @inline(never)
    private mutating func skipBlanksSlowly() -> UInt8 {
        var place = cursor
        while true {
            let byte = place.load(as: UInt8.self)
            guard JSONBytes.isBlank(byte) else {
                cursor = place
                return byte
            }
            place += 1
            // Indentation comes in runs of spaces. The zeros of the padding end this loop at the latest.
            while place.loadUnaligned(as: UInt64.self) == 0x2020_2020_2020_2020 { place += 8 }
        }
    }

    @inline(never)
    mutating func readLiteral(_ literal: StaticString) throws(JSONError) {
        for index in 0..<literal.utf8CodeUnitCount {
            guard cursor.load(as: UInt8.self) == literal.utf8Start[index] else { throw error(.syntax) }
            cursor += 1
        }
    }

    // MARK: - Errors

    /// Returns an error for a problem that a caller has found, at a given position or at the current one.
    @inline(never)
    func failure(_ code: JSONError.Code, at position: Int? = nil, message: String? = nil) -> JSONError {
        JSONError(code: code, offset: baseOffset + (position ?? self.position), message: message)
    }

    /// Returns an error for the token at the cursor; at the end of the text, its code is `endOfInput`.
    @inline(never)
    func error(_ code: JSONError.Code) -> JSONError {
        error(code, at: cursor)
    }

    @inline(never)
    func error(_ code: JSONError.Code, at place: UnsafeRawPointer) -> JSONError {
        let offset = baseOffset + (place - start)
        return JSONError(code: place == end ? .endOfInput : code, offset: offset)
    }

    /// Returns the error for a value of another kind than the expected one.
    @inline(never)
    mutating func mismatch() -> JSONError {
        let kind = peek()
        return error(kind == .invalid ? .syntax : .typeMismatch)
    }
}

/// The kind of the next token in a JSON text.
package enum JSONKind: Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null

    /// The end of the text, possibly after white space.
    case end

    /// A byte that doesn't begin a JSON value.
    case invalid
}

// Unsafe pointers: the reader writes unescaped strings here, eight bytes at a time.

/// The memory in which a `JSONReader` builds a string, shared by copies of the reader.
///
/// The properties are constants, so reading them needs no exclusivity check; growing makes a new object.
package final class JSONScratch {
    let start: UnsafeMutableRawPointer
    let capacity: Int

    init(capacity: Int) {
        start = .allocate(byteCount: capacity, alignment: 8)
        self.capacity = capacity
    }

    deinit {
        start.deallocate()
    }
}
