/// Cuts a stream of server-sent events into the data of each.
///
/// Bytes may come in any portions: a line, its end of two bytes, or a character may be spread over several.
struct EventStreamParser {
    /// How long a line may be unless said otherwise, so that a server cannot fill the memory.
    static let maximumLineLength = 16 << 20

    private let maximumLineLength: Int
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var lastWasReturn = false
    private var isFirstLine = true

    init(maximumLineLength: Int = Self.maximumLineLength) { self.maximumLineLength = maximumLineLength }

    /// Takes in bytes, and returns the data of the events that are whole with them.
    ///
    /// - Throws: ``ServerError`` for a line without end.
    mutating func take(_ bytes: some Sequence<UInt8>) throws(ServerError) -> [String] {
        var events: [String] = []
        for byte in bytes {
            let isSecondOfEnd = lastWasReturn && byte == UInt8(ascii: "\n")
            lastWasReturn = byte == UInt8(ascii: "\r")
            if isSecondOfEnd { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if let event = endLine() { events.append(event) }
            } else {
                guard line.count < maximumLineLength else { throw .notUnderstood }
                line.append(byte)
            }
        }
        return events
    }

    /// Returns the data of an event whose lines are whole, but which the stream ended before closing.
    mutating func finish() -> String? {
        defer { data = nil }
        return data.map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func endLine() -> String? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        if line.isEmpty { return finishEvent() }
        let field = "data".utf8
        guard line.starts(with: field) else { return nil }
        var value = line.dropFirst(field.count)
        if !value.isEmpty {
            // Another field whose name begins alike.
            guard value.removeFirst() == UInt8(ascii: ":") else { return nil }
            if value.first == UInt8(ascii: " ") { value.removeFirst() }
        }
        data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        return nil
    }

    private mutating func finishEvent() -> String? {
        defer { data = nil }
        return data.map { String(decoding: $0, as: UTF8.self) }
    }
}
