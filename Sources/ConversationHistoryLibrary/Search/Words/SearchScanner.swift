// Unsafe buffers for speed: an index holds a million entries, and almost all of their bytes are ASCII letters.

import ConversationHistory

/// Finds the tokens in a text.
///
/// The pending token is kept folded in a small buffer until a character ends it.
struct SearchScanner<Sink: SearchTokenSink> {
    /// The kind of the pending token, which determines how it can continue.
    private enum Pending {
        case none
        case word
        case single
        case emoji

        /// The first half of a flag.
        case halfFlag

        /// A leading consonant of Hangul, or a syllable that may take a final one.
        case hangul(UInt32)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let characters: SearchCharacters
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private var sink: Sink

    private var pending = Pending.none
    private var count = 0
    private var isASCII = true
    private var isFull = false
    private var start = 0
    private var end = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ buffer: UnsafeMutableBufferPointer<UInt8>, _ sink: Sink) {
        self.bytes = bytes
        self.buffer = buffer
        self.sink = sink
        characters = .shared
    }

    /// Passes all tokens in a text to a sink.
    static func scan(_ text: String, into sink: inout Sink) {
        var text = text
        sink = text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SearchTokenizer.maximumTokenLength) { buffer in
                var scanner = SearchScanner(bytes, buffer, sink)
                scanner.scan()
                return scanner.sink
            }
        }
    }

    private mutating func scan() {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x80 {
                position = scanASCII(from: position)
            } else {
                let (scalar, length) = decode(bytes, at: position)
                read(scalar, at: position..<position + length)
                position += length
            }
        }
        finish()
    }

    /// Reads ASCII up to the next other byte, or to the end of a word.
    private mutating func scanASCII(from first: Int) -> Int {
        var position = first
        if let folded = foldASCII(bytes[position]) {
            if case .word = pending {
            } else {
                begin(.word, at: position)
            }
            appendByte(folded)
            position += 1
            while position < bytes.count, let folded = foldASCII(bytes[position]) {
                appendByte(folded)
                position += 1
            }
            end = position
            return position
        }
        finish()
        position += 1
        while position < bytes.count, bytes[position] < 0x80, foldASCII(bytes[position]) == nil { position += 1 }
        return position
    }

    /// Returns a letter in lower case, or a digit; `nil` for other bytes.
    @inline(__always)
    private func foldASCII(_ byte: UInt8) -> UInt8? {
        let lower = byte | 0x20
        if lower &- UInt8(ascii: "a") < 26 { return lower }
        return byte &- UInt8(ascii: "0") < 10 ? byte : nil
    }

    /// Reads a scalar that is not ASCII.
    private mutating func read(_ scalar: Unicode.Scalar, at range: Range<Int>) {
        // Hangul syllables have no entries: there are too many, and their properties can be computed.
        if scalar.value &- Hangul.firstSyllable < Hangul.syllableCount {

            beginSingle(scalar, Hangul.takesFinal(scalar.value) ? .hangul(scalar.value) : .single, at: range)
            return
        }
        let entry = characters[scalar]
        if entry.isFolded {
            for target in characters.fold(of: entry) { read(target, characters[target], at: range) }
        } else {
            read(scalar, entry, at: range)
        }
    }

    private mutating func read(_ scalar: Unicode.Scalar, _ entry: SearchCharacters.Entry, at range: Range<Int>) {
        switch entry.kind {
        case .separator:
            finish()
        case .ignored:
            extend(to: range.upperBound)
        case .word:
            if case .word = pending {
            } else {
                begin(.word, at: range.lowerBound)
            }
            append(scalar)
            end = range.upperBound
        case .mark:
            readMark(scalar, combiningClass: entry.combiningClass, at: range)
        case .single:
            readSingle(scalar, at: range)
        case .emoji:
            beginSingle(scalar, .emoji, at: range)
        case .skin:
            if case .emoji = pending { extend(to: range.upperBound) } else { beginSingle(scalar, .emoji, at: range) }
        case .flag:
            if case .halfFlag = pending {
                append(scalar)
                end = range.upperBound
                pending = .emoji
            } else {
                beginSingle(scalar, .halfFlag, at: range)
            }
        }
    }

    /// Adds a mark to the pending token, in canonical order.
    private mutating func readMark(_ scalar: Unicode.Scalar, combiningClass: UInt8, at range: Range<Int>) {
        switch pending {
        case .none, .emoji, .halfFlag: begin(.word, at: range.lowerBound)
        case .hangul: pending = .single
        case .word, .single: break
        }
        end = range.upperBound
        let last = count
        append(scalar)
        guard combiningClass > 0, count > last else { return }
        var place = last
        while place > 0 {
            var before = place - 1
            while before > 0, buffer[before] & 0xC0 == 0x80 { before -= 1 }
            let (previous, _) = decode(UnsafeBufferPointer(buffer), at: before)
            let entry = characters[previous]
            guard entry.kind == .mark, entry.combiningClass > combiningClass else { break }
            place = before
        }
        guard place < last else { return }
        let mark = Array(buffer[last..<count])
        for index in stride(from: last - 1, through: place, by: -1) { buffer[index + mark.count] = buffer[index] }
        for (offset, byte) in mark.enumerated() { buffer[place + offset] = byte }
    }

    /// Reads a character that is a token by itself, or a Hangul letter that completes a syllable.
    private mutating func readSingle(_ scalar: Unicode.Scalar, at range: Range<Int>) {
        if case .hangul(let previous) = pending, let syllable = Hangul.compose(previous, scalar.value) {
            count = 0
            isFull = false
            append(syllable)
            end = range.upperBound
            pending = Hangul.takesFinal(syllable.value) ? .hangul(syllable.value) : .single
            return
        }
        beginSingle(scalar, Hangul.isLeading(scalar.value) ? .hangul(scalar.value) : .single, at: range)
    }

    private mutating func begin(_ pending: Pending, at start: Int) {
        finish()
        self.pending = pending
        self.start = start
    }

    private mutating func beginSingle(_ scalar: Unicode.Scalar, _ pending: Pending, at range: Range<Int>) {
        begin(pending, at: range.lowerBound)
        append(scalar)
        end = range.upperBound
    }

    private mutating func extend(to end: Int) {
        if case .none = pending { return }
        self.end = end
    }

    @inline(__always)
    private mutating func appendByte(_ byte: UInt8) {
        guard count < buffer.count, !isFull else {
            isFull = true
            return
        }
        buffer[count] = byte
        count += 1
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let encoded = UTF8.encode(scalar)!  // every scalar has an encoding
        // After a scalar that didn't fit, a shorter one must not be appended.
        guard !isFull, count + encoded.count <= buffer.count else {
            isFull = true
            return
        }
        for byte in encoded {
            buffer[count] = byte
            count += 1
        }
        if scalar.value >= 0x80 { isASCII = false }
    }

    @inline(__always)
    private mutating func finish() {
        guard count > 0 else { return }
        sink.take(UnsafeBufferPointer(rebasing: buffer[..<count]), isASCII: isASCII, range: start..<end)
        count = 0
        isASCII = true
        isFull = false
        pending = .none
    }

    /// Decodes the scalar at an offset in valid UTF-8, and returns it with the length of its encoding.
    @inline(__always)
    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (Unicode.Scalar, Int) {
        let first = UInt32(bytes[position])
        func next(_ offset: Int) -> UInt32 { UInt32(bytes[position + offset] & 0x3F) }
        let value: UInt32
        let length: Int
        if first < 0x80 {
            (value, length) = (first, 1)
        } else if first < 0xE0 {
            (value, length) = ((first & 0x1F) << 6 | next(1), 2)
        } else if first < 0xF0 {
            (value, length) = ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3)
        } else {
            (value, length) = ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }
}
