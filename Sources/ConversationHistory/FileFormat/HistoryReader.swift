import DurableFiles

/// A failure to read a history: an error of its source or of its content.
enum HistoryReadFailure: Error {
    case file(FileFailure)
    case decoding(SnapshotDecodingError)
}

/// A reader of stored histories in any version and style.
struct HistoryReader<Message: HistoryMessage>: Sendable {
    /// A function that fills a buffer from an offset; a partly filled buffer means the end of the source.
    typealias Source = (UnsafeMutableRawBufferPointer, Int) throws(FileFailure) -> Int

    private let coding = RecordCoding<Message>()
    let limits: HistoryLimits

    init(limits: HistoryLimits) { self.limits = limits }

    func read(from source: Source) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        // A concrete type lets the compiler specialize the work done for each message, which makes reading three times
        // as fast.
        if Message.self == ChatMessage.self,
            let decoded = try HistoryReader<ChatMessage>(limits: limits).readAny(from: source)
                as? DecodedHistory<Message>
        {
            return decoded
        }
        return try readAny(from: source)
    }

    private func readAny(from source: Source) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        // The window fits into the processor's cache while its lines are decoded.
        var window = ReadWindow(capacity: 1 << 20)
        try Self.fill(&window, limit: lineLimit, from: source)
        if let count = window.withBytes(HistoryHeader.lineCount) {
            return try readLines(&window, headerCount: count, from: source)
        }
        return try readDocument(&window, from: source)
    }

    private static func fill(
        _ window: inout ReadWindow,
        limit: Int,
        from source: Source
    ) throws(HistoryReadFailure) {
        do throws(FileFailure) { try window.fill(limit: limit, from: source) } catch { throw .file(error) }
    }

    /// The size of the longest line in bytes, including a comma after it.
    private var lineLimit: Int { limits.lineBytes + 1 }

    private func readLines(
        _ window: inout ReadWindow,
        headerCount: Int,
        from source: Source
    ) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        var decoder = try Self.decoding { () throws(SnapshotDecodingError) in
            try window.withBytes { bytes throws(SnapshotDecodingError) in
                try HistoryLineDecoder<Message>(
                    headerLine: UnsafeRawBufferPointer(rebasing: bytes[..<headerCount]),
                    coding: coding,
                    limits: limits
                )
            }
        }
        window.advance(by: min(headerCount + 1, window.count))
        while true {
            try Self.decoding { () throws(SnapshotDecodingError) in try takeLines(&window, &decoder) }
            guard !window.isAtEnd else { break }
            try Self.fill(&window, limit: lineLimit, from: source)
        }
        return try Self.decoding { () throws(SnapshotDecodingError) in try decoder.finish(count: window.offset) }
    }

    private static func decoding<Result>(
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(HistoryReadFailure) -> Result {
        do throws(SnapshotDecodingError) { return try body() } catch { throw .decoding(error) }
    }

    /// Decodes all lines that are completely in memory and, at the end of the source, the unterminated rest.
    private func takeLines(
        _ window: inout ReadWindow,
        _ decoder: inout HistoryLineDecoder<Message>
    ) throws(SnapshotDecodingError) {
        let (offset, isAtEnd) = (window.offset, window.isAtEnd)
        let taken = try window.withBytes { bytes throws(SnapshotDecodingError) in
            var place = 0
            while let end = bytes.firstLineFeed(from: place) {
                let line = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
                try decoder.take(line, at: offset + place, isTerminated: true)
                place = end + 1
            }
            guard isAtEnd, place < bytes.count else { return place }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
            try decoder.take(rest, at: offset + place, isTerminated: false)
            return bytes.count
        }
        window.advance(by: taken)
        guard window.count <= lineLimit else {
            throw .tooLarge("A line of the history", at: window.offset, limit: limits.entryBytes)
        }
    }

    private func readDocument(
        _ window: inout ReadWindow,
        from source: Source
    ) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        // A source that doesn't begin like an object isn't read as a whole; after blanks alone, anything can follow.
        let start = window.withBytes { bytes in
            var reader = JSONReader(bytes)
            return reader.peek()
        }
        while !window.isAtEnd, start == .object || start == .end {
            guard window.count <= limits.documentBytes else {
                throw .decoding(.tooLarge("The history", at: window.count, limit: limits.documentBytes))
            }
            try Self.fill(&window, limit: limits.documentBytes, from: source)
        }
        guard window.count <= limits.documentBytes else {
            throw .decoding(.tooLarge("The history", at: limits.documentBytes, limit: limits.documentBytes))
        }
        let decoded = try Self.decoding { () throws(SnapshotDecodingError) in
            try window.withBytes { bytes throws(SnapshotDecodingError) in
                try HistoryDocumentDecoder(coding: coding).decode(bytes)
            }
        }
        // The entries of a document have no line lengths that would show whether they can be saved again.
        if window.count > limits.entryBytes / 2 { try checkEntries(of: decoded.snapshot) }
        return decoded
    }

    private func checkEntries(of snapshot: ConversationSnapshot<Message>) throws(HistoryReadFailure) {
        do throws(SnapshotError) {
            try HistoryWriter<Message>(limits: limits).check(snapshot)
        } catch {
            // The next save reports any other reason why the snapshot cannot be written, in more detail.
            guard error.code == .tooLarge else { return }
            throw .decoding(.tooLarge("A part of the history", at: 0, limit: limits.entryBytes))
        }
    }
}

/// A window of the source in memory, for reading it line by line.
///
/// Memory use grows with the longest line, not with the whole source.
struct ReadWindow: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    /// The index in `memory` of the first byte that is in use.
    private var first = 0
    /// The index in `memory` after the last byte that is in use.
    private var last = 0
    /// The offset in the source of the byte at `first`.
    private(set) var offset = 0
    private(set) var isAtEnd = false

    init(capacity: Int) {
        memory = .allocate(byteCount: capacity + JSONReader.padding, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// The number of available bytes.
    var count: Int { last - first }

    /// Calls a closure with the available bytes; ``JSONReader/padding`` zero bytes follow them in memory.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: memory[first..<last]))
    }

    /// Drops bytes from the start of the window.
    mutating func advance(by count: Int) {
        first += count
        offset += count
    }

    /// Reads more of the source after the bytes in memory, growing if there is no room.
    ///
    /// - Parameters:
    ///   - limit: The number of bytes that should be in memory at most; the window grows to one more, to detect a
    ///     longer source.
    ///   - source: A function that fills a buffer from an offset; a partly filled buffer means the end of the source.
    mutating func fill<Failure: Error>(
        limit: Int,
        from source: (UnsafeMutableRawBufferPointer, Int) throws(Failure) -> Int
    ) throws(Failure) {
        let capacity = memory.count - JSONReader.padding
        if first > 0 {
            // The memory is never empty because of the padding, so it has a base address.
            memory.baseAddress?.copyMemory(from: memory.baseAddress! + first, byteCount: count)
            (first, last) = (0, count)
        } else if last == capacity {
            let count = capacity * 2 <= limit ? capacity * 2 : max(capacity, limit) + 1
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: count + JSONReader.padding,
                alignment: 16
            )
            larger.copyMemory(from: UnsafeRawBufferPointer(memory))
            memory.deallocate()
            memory = larger
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[last..<memory.count - JSONReader.padding])
        let read = try source(room, offset + last)
        last += read
        isAtEnd = read < room.count
        memory[last..<last + JSONReader.padding].initializeMemory(as: UInt8.self, repeating: 0)
    }
}

extension UnsafeRawBufferPointer {
    /// Returns the index of the first line feed at or after a start index; `nil` if none follows.
    package func firstLineFeed(from start: Int) -> Int? {
        var place = start
        // Checks eight bytes at a time: a byte of `word` is zero where the text has a line feed. After the subtraction,
        // only such a byte, or one after it, has its top bit set. The loops below keep every load within `count`.
        func marks(_ place: Int) -> UInt64 {
            let word =
                UInt64(littleEndian: loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ 0x0a0a_0a0a_0a0a_0a0a
            return (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        }
        while place + 32 <= count, marks(place) | marks(place + 8) | marks(place + 16) | marks(place + 24) == 0 {
            place += 32
        }
        while place + 8 <= count {
            let zeros = marks(place)
            if zeros != 0 { return place + zeros.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < count {
            if self[place] == 0x0a { return place }
            place += 1
        }
        return nil
    }
}
