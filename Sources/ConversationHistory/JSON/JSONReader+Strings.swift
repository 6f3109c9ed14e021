// Unsafe pointers: see JSONReader.swift.

extension JSONReader {
    /// Reads a string.
    package mutating func readString() throws(JSONError) -> String {
        guard skipBlanks() == JSONBytes.quote else { throw mismatch() }
        let first = cursor + 1
        var place = first
        var isASCII = true
        while true {
            let marks = JSONBytes.stopsOrNonASCII(Self.word(place))
            if marks == 0 {
                place += 8
                continue
            }
            place += JSONBytes.firstIndex(marks)
            let byte = place.load(as: UInt8.self)
            if byte == JSONBytes.quote {
                cursor = place + 1
                return Self.makeString(first, place - first, isASCII: isASCII)
            }
            if byte == JSONBytes.backslash {
                return try readEscapedString(from: first, upTo: place, isASCII: isASCII)
            }
            guard byte >= 0x80 else { throw error(.syntax, at: place) }
            isASCII = false
            place += try scalarLength(at: place)
        }
    }

    /// Reads a string as a token that is compared in place, like a key, without making a `String`.
    mutating func readToken() throws(JSONError) -> JSONKey {
        guard skipBlanks() == JSONBytes.quote else { throw mismatch() }
        let first = cursor + 1
        let (hasEscapes, isASCII) = try skipString()
        return JSONKey(start: first, count: cursor - 1 - first, hasEscapes: hasEscapes, isASCII: isASCII)
    }

    /// Reads the rest of a string whose first escape is at `stop`.
    @inline(never)
    private mutating func readEscapedString(
        from first: UnsafeRawPointer,
        upTo stop: UnsafeRawPointer,
        isASCII asciiSoFar: Bool
    ) throws(JSONError) -> String {
        var isASCII = asciiSoFar
        var output = stop - first
        if scratch.count < output + Self.slack { growScratch(to: output + 4096, keeping: 0) }
        // The scratch memory now has at least `slack` bytes, so it has a base address.
        guard var target = scratch.baseAddress else { preconditionFailure("There is no scratch memory.") }
        var limit = scratch.count - Self.slack
        target.copyMemory(from: first, byteCount: output)
        var place = stop
        while true {
            if output > limit {
                target = growScratch(to: scratch.count * 2, keeping: output)
                limit = scratch.count - Self.slack
            }
            let word = Self.word(place)
            (target + output).storeBytes(of: word.littleEndian, as: UInt64.self)
            let marks = JSONBytes.stopsOrNonASCII(word)
            if marks == 0 {
                place += 8
                output &+= 8
                continue
            }
            let count = JSONBytes.firstIndex(marks)
            place += count
            output &+= count
            let byte = place.load(as: UInt8.self)
            if byte == JSONBytes.backslash {
                let escaped = Self.unescaped(place.load(fromByteOffset: 1, as: UInt8.self))
                if escaped != 0 {
                    target.storeBytes(of: escaped, toByteOffset: output, as: UInt8.self)
                    output &+= 1
                    place += 2
                } else {
                    cursor = place
                    let scalar = try readUnicodeEscape()
                    place = cursor
                    if scalar >= 0x80 { isASCII = false }
                    output &+= Self.store(scalar, at: target + output)
                }
            } else if byte >= 0x80 {
                isASCII = false
                let length = try scalarLength(at: place)
                (target + output).storeBytes(of: place.loadUnaligned(as: UInt32.self), as: UInt32.self)
                place += length
                output &+= length
            } else {
                guard byte == JSONBytes.quote else { throw error(.syntax, at: place) }
                cursor = place + 1
                return Self.makeString(UnsafeRawPointer(target), output, isASCII: isASCII)
            }
        }
    }

    /// The largest number of bytes that one round of unescaping writes: a word, then an escaped scalar after seven of
    /// its bytes.
    private static var slack: Int { 16 }

    /// Grows the scratch memory, keeping its first bytes.
    @inline(never)
    @discardableResult
    private mutating func growScratch(to capacity: Int, keeping count: Int) -> UnsafeMutableRawPointer {
        let larger = JSONScratch(capacity: max(capacity, 8192))
        let memory = UnsafeMutableRawBufferPointer(start: larger.start, count: larger.capacity)
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[..<count]))
        scratch = memory
        scratchOwner = larger
        return larger.start
    }

    /// Checks the string at the cursor, moves past it and returns which kinds of characters it contains.
    @inline(__always)
    mutating func skipString() throws(JSONError) -> (hasEscapes: Bool, isASCII: Bool) {
        var place = cursor + 1
        var hasEscapes = false
        var isASCII = true
        while true {
            let marks = JSONBytes.stopsOrNonASCII(Self.word(place))
            if marks == 0 {
                place += 8
                continue
            }
            place += JSONBytes.firstIndex(marks)
            let byte = place.load(as: UInt8.self)
            if byte == JSONBytes.quote {
                cursor = place + 1
                return (hasEscapes, isASCII)
            }
            if byte == JSONBytes.backslash {
                hasEscapes = true
                if Self.unescaped(place.load(fromByteOffset: 1, as: UInt8.self)) != 0 {
                    place += 2
                } else {
                    cursor = place
                    _ = try readUnicodeEscape()
                    place = cursor
                }
            } else {
                guard byte >= 0x80 else { throw error(.syntax, at: place) }
                isASCII = false
                place += try scalarLength(at: place)
            }
        }
    }

    // MARK: - Escapes

    /// Returns the character of a short escape from the byte after the backslash; zero if there is no such escape.
    @inline(__always)
    private static func unescaped(_ byte: UInt8) -> UInt8 {
        let table: StaticString = """
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0"\0\0\0\0\0\0\0\0\0\0\0\0/\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\\\0\0\0\
            \0\0\u{8}\0\0\0\u{C}\0\0\0\0\0\0\0\n\0\0\0\r\0\t\0\0\0\0\0\0\0\0\0\0\0
            """
        return byte < 0x80 ? table.utf8Start[Int(byte)] : 0
    }

    /// Reads the `\u` escape or the pair of escapes at the cursor, and moves past it.
    ///
    /// It uses the cursor because a variable that is passed along would not stay in a register in the callers' loops.
    ///
    /// - Returns: The scalar; U+FFFD for half of a surrogate pair, which marks the reader as lossy.
    @inline(never)
    private mutating func readUnicodeEscape() throws(JSONError) -> UInt32 {
        let place = cursor
        guard place.load(fromByteOffset: 1, as: UInt8.self) == 0x75 else {
            throw error(.syntax, at: place + 1)
        }
        let unit = try hexadecimal(at: place + 2)
        cursor = place + 6
        guard unit & 0xF800 == 0xD800 else { return unit }
        if unit < 0xDC00, cursor.loadUnaligned(as: UInt16.self).littleEndian == 0x755C {
            let low = try hexadecimal(at: cursor + 2)
            if low & 0xFC00 == 0xDC00 {
                cursor += 6
                return 0x10000 + ((unit & 0x3FF) &<< 10 | (low & 0x3FF))
            }
        }
        isLossy = true
        return 0xFFFD
    }

    /// Returns the value of the four hexadecimal digits at `place`.
    private func hexadecimal(at place: UnsafeRawPointer) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<4 {
            let digit: UInt8
            switch (place + index).load(as: UInt8.self) {
            case let byte where JSONBytes.isDigit(byte): digit = byte - JSONBytes.zero
            case let byte where (byte | 0x20) &- 0x61 < 6: digit = (byte | 0x20) - 0x61 + 10
            default: throw error(.syntax, at: place + index)
            }
            value = value &<< 4 | UInt32(digit)
        }
        return value
    }

    /// Stores a scalar as UTF-8 and returns its length.
    @inline(__always)
    private static func store(_ scalar: UInt32, at target: UnsafeMutableRawPointer) -> Int {
        func put(_ value: UInt32, _ index: Int) {
            target.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: index, as: UInt8.self)
        }
        if scalar < 0x80 {
            put(scalar, 0)
            return 1
        }
        if scalar < 0x800 {
            put(0xC0 | scalar &>> 6, 0)
            put(0x80 | scalar & 0x3F, 1)
            return 2
        }
        if scalar < 0x10000 {
            put(0xE0 | scalar &>> 12, 0)
            put(0x80 | scalar &>> 6 & 0x3F, 1)
            put(0x80 | scalar & 0x3F, 2)
            return 3
        }
        put(0xF0 | scalar &>> 18, 0)
        put(0x80 | scalar &>> 12 & 0x3F, 1)
        put(0x80 | scalar &>> 6 & 0x3F, 2)
        put(0x80 | scalar & 0x3F, 3)
        return 4
    }

    // MARK: - UTF-8

    @inline(__always)
    static func word(_ place: UnsafeRawPointer) -> UInt64 {
        place.loadUnaligned(as: UInt64.self).littleEndian
    }

    /// Returns the length of the well-formed scalar at `place`, whose first byte is not ASCII.
    @inline(__always)
    func scalarLength(at place: UnsafeRawPointer) throws(JSONError) -> Int {
        let bytes = place.loadUnaligned(as: UInt32.self).littleEndian
        let lead = bytes & 0xFF
        if lead < 0xE0 {
            if lead >= 0xC2, bytes & 0xC000 == 0x8000 { return 2 }
        } else if lead < 0xF0 {
            let scalar = (bytes & 0xF) &<< 12 | (bytes &>> 2 & 0xFC0) | (bytes &>> 16 & 0x3F)
            if bytes & 0xC0_C000 == 0x80_8000, scalar >= 0x800, scalar & 0xF800 != 0xD800 { return 3 }
        } else if lead < 0xF5 {
            // The scalar's bits from 16 up: only values from 1 to 16 are valid in four bytes.
            let plane = (bytes & 7) &<< 2 | (bytes &>> 12 & 3)
            if bytes & 0xC0C0_C000 == 0x8080_8000, plane &- 1 < 16 { return 4 }
        }
        throw invalidUTF8(at: place)
    }

    @inline(never)
    private func invalidUTF8(at place: UnsafeRawPointer) -> JSONError {
        // A sequence that is cut off by the end of the text is an early end, not invalid UTF-8.
        let lead = place.load(as: UInt8.self)
        let length = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var known = 1
        while known < length, place + known < end,
            (place + known).load(as: UInt8.self) & 0xC0 == 0x80
        {
            known += 1
        }
        if known < length, place + known == end { return error(.endOfInput, at: end) }
        return error(.invalidUTF8, at: place)
    }

    /// Makes a string from bytes that are already known to be valid UTF-8.
    @inline(__always)
    static func makeString(_ start: UnsafeRawPointer, _ count: Int, isASCII: Bool) -> String {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            let bytes = UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
            return String(copying: UTF8Span(unchecked: bytes.span, isKnownASCII: isASCII))
        }
        // The closure initializes exactly `count` bytes. The initializer validates them again and has nothing to
        // repair.
        return String(unsafeUninitializedCapacity: count) { buffer in
            UnsafeMutableRawBufferPointer(buffer)
                .copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
            return count
        }
    }
}
