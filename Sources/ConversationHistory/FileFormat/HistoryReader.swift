import DurableFiles

/// What keeps a history from being read: its source, or what is in it.
enum HistoryReadFailure: Error {
    case file(FileFailure)
    case decoding(SnapshotDecodingError)
}

/// Reads a stored history of any version and style.
struct HistoryReader<Message: HistoryMessage>: Sendable {
    /// Fills a buffer from an offset; fewer bytes than it holds mean that the source has ended.
    typealias Source = (UnsafeMutableRawBufferPointer, Int) throws(FileFailure) -> Int

    private let coding = RecordCoding<Message>()
    let limits: HistoryLimits

    init(limits: HistoryLimits) { self.limits = limits }

    func read(from source: Source) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        // With the type named, all that is done for each message is compiled for this type: it runs three times as fast.
        if Message.self == ChatMessage.self,
            let decoded = try HistoryReader<ChatMessage>(limits: limits).readAny(from: source)
                as? DecodedHistory<Message>
        {
            return decoded
        }
        return try readAny(from: source)
    }

    private func readAny(from source: Source) throws(HistoryReadFailure) -> DecodedHistory<Message> {
        // A part that is small enough to stay in the processor's cache while it is decoded.
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

    /// The bytes of the longest line, with a comma behind it.
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

    /// Takes all lines that are wholly in memory; at the end of the source, also what is left.
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
        // What does not even begin like one need not be taken in as a whole; blanks alone may go on in any way.
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
        // What is in a document has no line whose length would tell whether it could be saved again.
        if window.count > limits.entryBytes / 2 { try checkEntries(of: decoded.snapshot) }
        return decoded
    }

    private func checkEntries(of snapshot: ConversationSnapshot<Message>) throws(HistoryReadFailure) {
        do throws(SnapshotError) {
            try HistoryWriter<Message>(limits: limits).check(snapshot)
        } catch {
            // Whatever else keeps it from being written is found when it is saved, with more to say about it.
            guard error.code == .tooLarge else { return }
            throw .decoding(.tooLarge("A part of the history", at: 0, limit: limits.entryBytes))
        }
    }
}

/// The part of a source that is in memory while the source is read line by line.
///
/// Memory use is that of the longest line, not of the whole source.
struct ReadWindow: ~Copyable {
    private var memory: UnsafeMutableRawBufferPointer
    /// The bytes of the source that are in memory begin at this place in `memory`.
    private var first = 0
    /// They end before this place.
    private var last = 0
    /// The offset in the source of the byte at `first`.
    private(set) var offset = 0
    private(set) var isAtEnd = false

    init(capacity: Int) {
        memory = .allocate(byteCount: capacity + JSONReader.padding, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// How many bytes can be looked at.
    var count: Int { last - first }

    /// The bytes that can be looked at; ``JSONReader/padding`` zero bytes follow them.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(rebasing: memory[first..<last]))
    }

    /// Leaves bytes behind.
    mutating func advance(by count: Int) {
        first += count
        offset += count
    }

    /// Reads more of the source behind what is in memory, growing if there is no room.
    ///
    /// - Parameters:
    ///   - limit: How many bytes are wanted in memory at most; it grows to one more, which tells that there are more.
    ///   - source: Fills a buffer from an offset; fewer bytes than it holds mean that the source has ended.
    mutating func fill<Failure: Error>(
        limit: Int,
        from source: (UnsafeMutableRawBufferPointer, Int) throws(Failure) -> Int
    ) throws(Failure) {
        let capacity = memory.count - JSONReader.padding
        if first > 0 {
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
    /// Returns the place of the first line feed at or behind a place; `nil` if there is none.
    package func firstLineFeed(from start: Int) -> Int? {
        var place = start
        // Eight bytes at a time: a byte of `word` is zero where the text has a line feed, and only such a byte, or one
        // behind it, has its top bit set after the subtraction.
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
