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
