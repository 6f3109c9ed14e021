import ConversationHistory
import ConversationHistoryLibrary

/// A splitter that receives bytes in parts and returns lines, which end at line feeds only.
///
/// JSON may contain U+2028, U+0085 and similar characters unescaped, so no other character can end a line. A carriage
/// return before a line feed is not part of the line: no line of JSON ends with one.
struct LineSplitter {
    /// A line and its position.
    struct Line {
        /// The line without its terminator, followed by `JSONReader.padding` zero bytes.
        var padded: [UInt8]
        /// The number of the line, counted from 1.
        var number: Int
        var offset: Int
        /// Whether a line feed follows.
        var isTerminated: Bool

        var count: Int { padded.count - JSONReader.padding }

        /// Calls a closure with the bytes of the line; the padding follows them in memory.
        func withBytes<Result, Failure: Error>(
            _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try padded.withUnsafeBufferPointer { bytes throws(Failure) in
                try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<count])))
            }
        }
    }

    let limit: Int
    private var bytes: [UInt8] = []
    /// The start of the incomplete line.
    private var start = 0
    /// The end of the bytes already searched for a line feed.
    private var searched = 0
    private var number = 1
    /// The offset of `bytes` in the whole input.
    private var base = 0

    init(limit: Int) { self.limit = limit }

    /// The number of the next line.
    var lineNumber: Int { number }

    /// The number of bytes received.
    var byteCount: Int { base + bytes.count }

    mutating func append(_ part: some Sequence<UInt8>) {
        base += start
        bytes.removeSubrange(..<start)
        searched -= start
        start = 0
        bytes.append(contentsOf: part)
    }

    /// Returns the next complete line; `nil` if it needs more bytes.
    mutating func next() throws(ArchiveError) -> Line? {
        guard let end = bytes.withUnsafeBytes({ $0.firstLineFeed(from: searched) }) else {
            searched = bytes.count
            // A line of the largest allowed size may still end with a carriage return.
            if bytes.count - start > limit + 1 { throw tooLong() }
            return nil
        }
        return try line(upTo: end, next: end + 1)
    }

    /// Returns the rest of the input as the last line; `nil` if nothing is left.
    mutating func rest() throws(ArchiveError) -> Line? {
        start == bytes.count ? nil : try line(upTo: bytes.count, next: bytes.count)
    }

    private mutating func line(upTo end: Int, next: Int) throws(ArchiveError) -> Line {
        var content = bytes[start..<end]
        if next > end, content.last == UInt8(ascii: "\r") { content.removeLast() }
        guard content.count <= limit else { throw tooLong() }
        defer {
            start = next
            searched = next
            number += 1
        }
        return Line(
            padded: Array(content) + [UInt8](repeating: 0, count: JSONReader.padding),
            number: number,
            offset: base + start,
            isTerminated: next > end
        )
    }

    private func tooLong() -> ArchiveError {
        ArchiveError(
            .tooLarge,
            line: number,
            offset: base + start,
            "The line has more than the \(limit) bytes that are allowed."
        )
    }
}
