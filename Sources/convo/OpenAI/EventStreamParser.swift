import ConversationHistory

/// Parses a stream of server-sent events into the data of each event.
///
/// Bytes can arrive in any portions, even with a line, a CRLF or a character split across several of them.
struct EventStreamParser {
    /// The default maximum length of a line, so that a server cannot exhaust the memory.
    static let maximumLineLength = 16 << 20

    private let maximumLineLength: Int
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var isError = false
    private var lastWasReturn = false
    private var isFirstLine = true

    init(maximumLineLength: Int = Self.maximumLineLength) { self.maximumLineLength = maximumLineLength }

    /// Processes bytes, and returns the data of the events that they complete.
    ///
    /// - Throws: ``ServerError`` if a line is too long.
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

    /// Returns the data of a last event whose lines are complete, but without the empty line after it.
    mutating func finish() -> String? { finishEvent() }

    private mutating func endLine() -> String? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        if line.isEmpty { return finishEvent() }
        let field = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line[field.endIndex...].dropFirst()
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        if field.elementsEqual("data".utf8) {
            data = data.map { $0 + [UInt8(ascii: "\n")] + value } ?? Array(value)
        } else if field.elementsEqual("event".utf8) {
            isError = value.elementsEqual("error".utf8)
        } else if field.elementsEqual("error".utf8) {
            // llama.cpp servers used to report errors in a field with this name.
            (data, isError) = (Array(value), true)
        }
        return nil
    }

    private mutating func finishEvent() -> String? {
        defer { (data, isError) = (nil, false) }
        guard let data else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard isError else { return text }
        // The event is an error even if its data doesn't say so. Data that doesn't parse is the error's message.
        let error = (try? JSONValue(parsing: text)) ?? .string(text)
        return JSONValue.object(["error": error]).jsonString
    }
}
