import ConversationHistory

/// Cuts a stream of server-sent events into the data of each.
///
/// Bytes may come in any portions: a line, its end of two bytes, or a character may be spread over several.
struct EventStreamParser {
    /// How long a line may be unless said otherwise, so that a server cannot fill the memory.
    static let maximumLineLength = 16 << 20

    private let maximumLineLength: Int
    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var isError = false
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
            // Servers of llama.cpp reported errors by a field of this name.
            (data, isError) = (Array(value), true)
        }
        return nil
    }

    private mutating func finishEvent() -> String? {
        defer { (data, isError) = (nil, false) }
        guard let data else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard isError else { return text }
        // Where it is said that the data is an error, the data need not say so.
        // What is no JSON is the error's message.
        let error = (try? JSONValue(parsing: text)) ?? .string(text)
        return JSONValue.object(["error": error]).jsonString
    }
}
