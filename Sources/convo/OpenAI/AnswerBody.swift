/// The body of an answer: a stream of events, or a document.
///
/// Some servers send the wrong content type: they label a stream as text, or a document, such as an error, as a stream.
struct AnswerBody {
    /// Whether it is a stream of events; `nil` if only its beginning can tell.
    var isEventStream: Bool?

    /// The received part of a document.
    private(set) var document: [UInt8] = []

    private var parser = EventStreamParser()
    private var hasBegun = false

    /// Processes bytes, and returns the data of the events that they complete.
    mutating func take(_ bytes: [UInt8]) throws(ServerError) -> [String] {
        if isEventStream == true, hasBegun { return try events(bytes) }
        guard document.count < EventStreamParser.maximumLineLength else { throw .notUnderstood }
        document += bytes
        guard isEventStream != false, let isStream = Self.isStream(document, isLabeled: isEventStream ?? false)
        else { return [] }
        hasBegun = true
        isEventStream = isStream
        guard isStream else { return [] }
        defer { document = [] }
        return try events(document)
    }

    /// Returns the remaining data at the end of the body.
    mutating func finish() throws(ServerError) -> [String] {
        guard isEventStream == true else { return [String(decoding: document, as: UTF8.self)] }
        return (try events(document) + [parser.finish()].compactMap(\.self)).filter(Self.hasText)
    }

    private mutating func events(_ bytes: [UInt8]) throws(ServerError) -> [String] {
        // Events without data only keep the connection open.
        try parser.take(bytes).filter(Self.hasText)
    }

    private static func hasText(_ data: String) -> Bool { data.contains { !$0.isWhitespace } }

    /// Whether a body is a stream of events, judging by its beginning; `nil` if that is still too short.
    ///
    /// - Parameter isLabeled: Whether the content type says so. Then only a JSON document is not a stream.
    private static func isStream(_ beginning: [UInt8], isLabeled: Bool) -> Bool? {
        let text = beginning.drop { [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF].contains($0) }
        guard let first = text.first else { return nil }
        if isLabeled { return first != UInt8(ascii: "{") && first != UInt8(ascii: "[") }
        if first == UInt8(ascii: ":") { return true }
        let fields = ["data:", "event:", "id:", "retry:", "error:"]
        if fields.contains(where: { text.starts(with: $0.utf8) }) { return true }
        // The text may still grow into the name of a field.
        return fields.contains { $0.utf8.starts(with: text) } ? nil : false
    }
}
