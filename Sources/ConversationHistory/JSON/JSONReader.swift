// Unsafe pointers: the reader loads eight bytes at a time and makes strings right from the document's bytes, which
// is what makes it faster than anything that checks each index. Its safety rests on one rule: `cursor` never passes
// `end`, and at least `padding` readable zero bytes follow `end`. A zero is a control character, no digit, no blank
// and no UTF-8 continuation, so every loop over the text stops there by itself.

/// A strict reader of JSON text (RFC 8259) over bytes in memory.
///
/// It makes no tree: the caller asks for the values it expects, in the order in which they stand in the text.
/// It works only while the bytes are accessible, that is within a `withUnsafeBytes` closure.
///
/// After an error the position is unspecified; it may be set again.
package struct JSONReader {
    /// The number of zero bytes that must follow the text in memory.
    package static let padding = 8

    let start: UnsafeRawPointer
    let end: UnsafeRawPointer
    var cursor: UnsafeRawPointer

    /// How many arrays and objects are open.
    var depth = 0

    /// Set when something was read that writing could not make again; reset it at will.
    ///
    /// Strings set it at an escape of an unpaired surrogate, for which U+FFFD stands in the string.
    var isLossy = false

    let baseOffset: Int
    let maximumDepth: Int

    /// Where strings are put together; empty until there is one with an escape.
    var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Owns the scratch memory, which is reached without a retain for each string.
    var scratchOwner: JSONScratch?

    /// Creates a reader of the text in `bytes`, after which at least `padding` zero bytes follow in memory.
    ///
    /// - Parameters:
    ///   - bytes: The text, without the padding.
    ///   - baseOffset: What is added to the offsets in errors.
    ///   - maximumDepth: How many arrays and objects may be open at a time.
    ///   - scratch: The scratch memory of a reader that is no longer used, if there is one.
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

    /// Stands in for the padding of a buffer that is nowhere.
    private static var zeros: UnsafeRawPointer {
        let zeros: StaticString = "\0\0\0\0\0\0\0\0"
        return UnsafeRawPointer(zeros.utf8Start)
    }

    /// The index of the byte that is read next.
    package var position: Int {
        get { cursor - start }
        set {
            precondition(newValue >= 0 && newValue <= end - start, "The position is outside of the text.")
            cursor = start + newValue
        }
    }

    /// Skips blanks and tells which kind of value comes next, without reading it.
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

    /// Reads an object, calling the closure for each member; the closure must read or skip the member's value.
    ///
    /// Members are given in the order of the text; a key may occur more than once. The key must not be kept.
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

    /// Reads an array, calling the closure for each element, which it must read or skip.
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

    /// Reads `null` if it comes next, and tells whether it did; anything else is left where it is.
    mutating func readNullIfPresent() -> Bool {
        guard skipBlanks() == 0x6E else { return false }
        let null: StaticString = "null"
        for index in 0..<4 where cursor.load(fromByteOffset: index, as: UInt8.self) != null.utf8Start[index] {
            return false
        }
        cursor += 4
        return true
    }

    /// Checks that nothing but blanks is left.
    package mutating func expectEnd() throws(JSONError) {
        _ = skipBlanks()
        guard cursor == end else { throw error(.trailingData) }
    }

    // MARK: - Structure

    /// Enters an array or object and tells whether it has an element.
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

    /// After an element, tells whether another one follows; if not, leaves the array or object.
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

    /// Moves to the next byte that is not blank and returns it; at the end, that is zero.
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
            // Indentation comes in runs of spaces; the padding's zeros end it at the latest.
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

    /// The error of a caller who finds fault with what was read, at a position or else the current one.
    @inline(never)
    func failure(_ code: JSONError.Code, at position: Int? = nil, message: String? = nil) -> JSONError {
        JSONError(code: code, offset: baseOffset + (position ?? self.position), message: message)
    }

    /// The error for something at the cursor; where the text has ended, that is what is wrong.
    @inline(never)
    func error(_ code: JSONError.Code) -> JSONError {
        error(code, at: cursor)
    }

    @inline(never)
    func error(_ code: JSONError.Code, at place: UnsafeRawPointer) -> JSONError {
        let offset = baseOffset + (place - start)
        return JSONError(code: place == end ? .endOfInput : code, offset: offset)
    }

    /// The error for a value of another kind than the one wanted.
    @inline(never)
    mutating func mismatch() -> JSONError {
        let kind = peek()
        return error(kind == .invalid ? .syntax : .typeMismatch)
    }
}

/// What the next token of a JSON text announces.
package enum JSONKind: Hashable, Sendable {
    case object
    case array
    case string
    case number
    case bool
    case null

    /// Nothing but blanks is left.
    case end

    /// A byte with which no JSON value begins.
    case invalid
}

// Unsafe pointers: the reader writes unescaped strings here eight bytes at a time.

/// Memory in which a `JSONReader` puts a string together, shared by copies of the reader.
///
/// The properties are constants, so reading them costs no exclusivity check; growing makes a new object.
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
