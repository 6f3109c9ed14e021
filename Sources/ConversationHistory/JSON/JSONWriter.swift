// Unsafe pointers: text goes into one raw buffer, eight bytes at a time, with one check of its capacity for up to 4 KiB
// of text. Each write first reserves the most space that it can need, so no store is beyond `capacity`.

/// A writer of compact JSON text into a growing buffer.
///
/// The caller writes the structure as raw text; the writer formats the values. In strings it escapes only quotes,
/// backslashes and control characters.
package struct JSONWriter: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int

    /// The number of bytes written.
    package private(set) var count = 0

    /// Creates a writer with room for a number of bytes.
    package init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        start = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit {
        start.deallocate()
    }

    /// Calls a closure with the written bytes, which must not be used after the closure returns.
    @inline(__always)
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Calls a closure with the written bytes, followed in memory by the zeros that a `JSONReader` needs.
    @inline(__always)
    package mutating func withPaddedBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        reserve(JSONReader.padding)
        (start + count).initializeMemory(as: UInt8.self, repeating: 0, count: JSONReader.padding)
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The written text.
    package var string: String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        if !keepingCapacity {
            start.deallocate()
            capacity = 64
            start = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    /// Removes all but the first bytes.
    mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count, "There are fewer bytes than that.")
        count = newCount
    }

    /// Reserves space for more bytes.
    @inline(__always)
    mutating func reserve(_ additional: Int) {
        if capacity - count < additional { grow(additional) }
    }

    @inline(never)
    private mutating func grow(_ additional: Int) {
        capacity = max(capacity * 2, count + additional)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = larger
    }

    // MARK: - Raw text

    /// Appends bytes as they are.
    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Appends the bytes of a sequence as they are.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ append(UnsafeRawBufferPointer($0)) }) != nil { return }
        for byte in bytes { append(byte) }
    }

    /// Appends the bytes of a string as they are, without quotes and escapes.
    package mutating func append(utf8Of string: String) {
        var string = string
        string.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends a byte as it is.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// Appends a byte a number of times.
    mutating func append(_ byte: UInt8, repeating repetitions: Int) {
        reserve(repetitions)
        (start + count).initializeMemory(as: UInt8.self, repeating: byte, count: repetitions)
        count += repetitions
    }

    /// Appends the last decimal digits of a number, padded with leading zeros.
    mutating func append(lastDigits digits: Int, of value: UInt) {
        reserve(digits)
        var rest = value
        for place in stride(from: count + digits - 1, through: count, by: -1) {
            start.storeBytes(of: JSONBytes.zero + UInt8(rest % 10), toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
        count += digits
    }

    /// Writes literal JSON text as it is.
    @inline(__always)
    package mutating func write(raw text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // MARK: - Strings

    /// Writes a string with its quotes and the necessary escapes.
    @inline(__always)
    package mutating func write(string: String) {
        let done: Void? = string.utf8.withContiguousStorageIfAvailable { writeString(UnsafeRawBufferPointer($0)) }
        if done == nil { writeBridged(string) }
    }

    @inline(never)
    private mutating func writeBridged(_ string: String) {
        var string = string
        string.withUTF8 { writeString(UnsafeRawBufferPointer($0)) }
    }

    @inline(never)
    private mutating func writeString(_ bytes: UnsafeRawBufferPointer) {
        append(JSONBytes.quote)
        if var source = bytes.baseAddress {
            var left = bytes.count
            while left > 0 {
                let chunk = min(left, 4096)
                writeChunk(UnsafeRawBufferPointer(start: source, count: chunk))
                source += chunk
                left -= chunk
            }
        }
        append(JSONBytes.quote)
    }

    /// Writes at most 4 KiB of a string's text.
    @inline(__always)
    private mutating func writeChunk(_ bytes: UnsafeRawBufferPointer) {
        guard var source = bytes.baseAddress else { return }
        // The longest escape has six bytes. A whole word may be stored where only its first bytes count.
        reserve(bytes.count * 6 + 8)
        let end = source + bytes.count
        var target = start + count
        while end - source >= 8 {
            let word = JSONReader.word(source)
            target.storeBytes(of: word.littleEndian, as: UInt64.self)
            let marks = JSONBytes.stops(word)
            if marks == 0 {
                source += 8
                target += 8
                continue
            }
            let plain = JSONBytes.firstIndex(marks)
            source += plain
            target += plain
            target += Self.storeEscaped(source.load(as: UInt8.self), at: target)
            source += 1
        }
        let left = end - source
        if left > 0, bytes.count >= 8 {
            // Loads the last word again, shifts out the bytes that are already written and fills up with spaces, which
            // need no escapes.
            let bits = UInt64(8 * left)
            let word = JSONReader.word(end - 8) &>> (64 - bits) | 0x2020_2020_2020_2020 &<< bits
            if JSONBytes.stops(word) == 0 {
                target.storeBytes(of: word.littleEndian, as: UInt64.self)
                source = end
                target += left
            }
        }
        while source < end {
            let byte = source.load(as: UInt8.self)
            if byte >= 0x20, byte != JSONBytes.quote, byte != JSONBytes.backslash {
                target.storeBytes(of: byte, as: UInt8.self)
                target += 1
            } else {
                target += Self.storeEscaped(byte, at: target)
            }
            source += 1
        }
        count = target - start
    }

    /// Stores the escape of a byte that needs one, and returns its length.
    @inline(__always)
    private static func storeEscaped(_ byte: UInt8, at target: UnsafeMutableRawPointer) -> Int {
        // The byte after the backslash, for each byte up to the backslash itself; `u` stands for hexadecimal digits.
        let table: StaticString = """
            uuuuuuuubtnufruuuuuuuuuuuuuuuuuu  "                             \
                                        \\
            """
        let letter = table.utf8Start[Int(byte)]
        target.storeBytes(of: JSONBytes.backslash, as: UInt8.self)
        target.storeBytes(of: letter, toByteOffset: 1, as: UInt8.self)
        guard letter == 0x75 else { return 2 }
        let digits: StaticString = "0123456789abcdef"
        target.storeBytes(of: JSONBytes.zero, toByteOffset: 2, as: UInt8.self)
        target.storeBytes(of: JSONBytes.zero, toByteOffset: 3, as: UInt8.self)
        target.storeBytes(of: digits.utf8Start[Int(byte &>> 4)], toByteOffset: 4, as: UInt8.self)
        target.storeBytes(of: digits.utf8Start[Int(byte & 15)], toByteOffset: 5, as: UInt8.self)
        return 6
    }
}

extension JSONWriter {
    mutating func write(_ value: Bool) {
        if value { write(raw: "true") } else { write(raw: "false") }
    }

    package mutating func write(_ value: Int) {
        append(utf8Of: value.description)
    }

    /// Writes a floating-point number in the shortest form that reads as the same value; `null` if it is not finite.
    mutating func write(_ value: Double) {
        if value.isFinite { append(utf8Of: value.description) } else { write(raw: "null") }
    }

    /// Writes the text of a number.
    mutating func write(number: JSONNumber) {
        append(utf8Of: number.text)
    }

    /// Writes a tree.
    ///
    /// It also writes a tree that is nested deeper than the reader's limit; the caller may refuse such a tree.
    package mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(raw: "null")
        case .bool(let value): write(value)
        case .number(let value): write(number: value)
        case .string(let value): write(string: value)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        }
    }

    private mutating func write(_ elements: [JSONValue]) {
        append(JSONBytes.openBracket)
        var isFirst = true
        for element in elements {
            if !isFirst { append(JSONBytes.comma) }
            isFirst = false
            write(element)
        }
        append(JSONBytes.closeBracket)
    }

    private mutating func write(_ object: JSONObject) {
        append(JSONBytes.openBrace)
        var isFirst = true
        for (key, value) in object {
            if !isFirst { append(JSONBytes.comma) }
            isFirst = false
            write(string: key)
            append(JSONBytes.colon)
            write(value)
        }
        append(JSONBytes.closeBrace)
    }
}
