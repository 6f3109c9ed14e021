import ConversationHistory
import ConversationHistoryLibrary

/// Splits bytes that come part after part into lines, at line feeds and nowhere else.
///
/// JSON may hold U+2028, U+0085 and the like as they are, so no other notion of a line will do. A carriage return before
/// a line feed is no part of the line: no line of JSON ends with one.
struct LineSplitter {
    /// A line, and where it stands.
    struct Line {
        /// The line without its end, and `JSONReader.padding` zero bytes.
        var padded: [UInt8]
        /// Counted from 1.
        var number: Int
        var offset: Int
        /// Whether a line feed follows.
        var isTerminated: Bool

        var count: Int { padded.count - JSONReader.padding }

        /// Gives access to the line without the padding, which follows it in memory.
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
    /// Where the line begins that is not yet whole.
    private var start = 0
    /// Up to where no line feed was found.
    private var searched = 0
    private var number = 1
    /// Where `bytes` begins in the whole.
    private var base = 0

    init(limit: Int) { self.limit = limit }

    /// The number of the line that comes next.
    var lineNumber: Int { number }

    /// How many bytes there were.
    var byteCount: Int { base + bytes.count }

    mutating func append(_ part: some Sequence<UInt8>) {
        base += start
        bytes.removeSubrange(..<start)
        searched -= start
        start = 0
        bytes.append(contentsOf: part)
    }

    /// Returns the next whole line.
    mutating func next() throws(ArchiveError) -> Line? {
        guard let end = bytes.withUnsafeBytes({ $0.firstLineFeed(from: searched) }) else {
            searched = bytes.count
            // A carriage return may follow what the line may have.
            if bytes.count - start > limit + 1 { throw tooLong() }
            return nil
        }
        return try line(upTo: end, next: end + 1)
    }

    /// Returns what is left when the bytes have ended; `nil` if nothing is.
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
