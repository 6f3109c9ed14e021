// Unsafe buffers: the bytes of a stored form and of a string are read in place, within the closure, each at an offset
// that was compared with the count.

/// An estimate of a message's tokens by the rules of ``ContextPolicy/estimateTokens(_:)``.
enum TokenEstimate {
    private static let bytesPerToken = 4
    private static let unknownImage = 1600
    private static let pixelsPerToken = 750
    private static let leastImage = 85
    private static let tokensPerPage = 2000
    private static let bytesPerPage = 50_000
    private static let mostPages = 100
    private static let unknownPages = 5
    private static let mostOtherData = 1600
    /// The minimum length of a base64 run that counts as data rather than text.
    static let leastRun = 1024
    /// The minimum number of digits in a base64 line other than the last; mail has 76, PEM 64.
    private static let leastLine = 60

    static func tokens<Message: HistoryMessage>(of message: Message) -> Int {
        var writer = JSONWriter(capacity: 1024)
        if let message = message as? ChatMessage {
            // The stored form without media counts as text.
            var media = 0
            message.withoutMedia(&media).write(to: &writer)
            return text(writer.count) + media
        }
        // A message that can't be encoded is never part of a conversation.
        guard (try? MessageCoding<Message>().write(message, to: &writer)) != nil else { return 0 }
        return tokens(ofWritten: writer)
    }

    /// Returns the tokens of a text with a number of bytes.
    private static func text(_ count: Int) -> Int { (count + bytesPerToken - 1) / bytesPerToken }

    // MARK: - Media of known kinds

    static func image(_ source: MediaSource) -> Int {
        source.data.map { $0.data.withBase64 { image($0) ?? unknownImage } } ?? unknownImage
    }

    static func document(_ source: MediaSource) -> Int {
        guard let (mediaType, data) = source.data else { return unknownPages * tokensPerPage }
        let count = data.withBase64(\.count)
        let isText = mediaType.hasPrefix("text/") || mediaType == "application/json"
        return isText ? text(count) : document(count)
    }

    static func other(_ value: JSONValue) -> Int {
        var writer = JSONWriter(capacity: 256)
        writer.write(value)
        return tokens(ofWritten: writer)
    }

    private static func image(_ bytes: Base64Bytes) -> Int? {
        guard let size = ImageSize(bytes) else { return nil }
        // Neither side has more than 32 bits, so the product doesn't overflow.
        let tokens = UInt64(size.width) * UInt64(size.height) / UInt64(pixelsPerToken)
        return max(leastImage, Int(min(UInt64(unknownImage), tokens)))
    }

    private static func document(_ count: Int) -> Int {
        min(mostPages, max(1, (count + bytesPerPage - 1) / bytesPerPage)) * tokensPerPage
    }

    // MARK: - Media in JSON of any shape

    private static func tokens(ofWritten writer: borrowing JSONWriter) -> Int {
        writer.withUnsafeBytes { bytes in
            var rest = bytes.count
            var media = 0
            forEachRun(in: bytes) { run in
                rest -= run.count
                let data = Base64Bytes(run)
                if let image = image(data) {
                    media += image
                } else if data.starts(with: [0x25, 0x50, 0x44, 0x46]) {
                    media += document(data.count)
                } else {
                    media += min(text(run.count), mostOtherData)
                }
            }
            return text(rest) + media
        }
    }

    /// Calls a closure with each maximal base64 run of at least ``leastRun`` bytes.
    private static func forEachRun(in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var start = 0
        // Each window is scanned backward: a byte that isn't base64 rules out every run across it, so most of a text is
        // skipped unread.
        while start + leastRun <= bytes.count {
            if let next = laterStart(in: bytes, start..<start + leastRun) {
                start = next
                continue
            }
            let end = endOfRun(in: bytes, from: start)
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            start = end
        }
    }

    /// The role of a byte in base64 text with line breaks, in a JSON string or by itself.
    private enum Base64Part {
        case digit
        /// The backslash of a slash written as `\/`.
        case escapedSlash
        /// A line break, or the beginning of its escape, with its number of bytes.
        case lineBreak(Int)
        case none

        init(in bytes: UnsafeRawBufferPointer, at position: Int) {
            let byte = bytes[position]
            if Base64Bytes.isDigit(byte) {
                self = .digit
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                self = .lineBreak(1)
            } else if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                switch bytes[position + 1] {
                case UInt8(ascii: "/"): self = .escapedSlash
                case UInt8(ascii: "n"), UInt8(ascii: "r"): self = .lineBreak(2)
                default: self = .none
                }
            } else {
                self = .none
            }
        }
    }

    /// Returns the first position where a run that continues past a range can begin, or `nil` if that is its start.
    private static func laterStart(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
        var digits = 0
        var lineEnd: Int?
        for position in range.reversed() {
            switch Base64Part(in: bytes, at: position) {
            case .digit: digits += 1
            case .escapedSlash: break
            case .lineBreak(let count):
                // The letter of an escape was counted as a digit.
                digits = max(0, digits - (count - 1))
                if let lineEnd, digits > 0, digits < leastLine { return lineEnd }
                if digits > 0 || lineEnd == nil { lineEnd = position + count }
                digits = 0
            case .none: return position + 1
            }
        }
        if let lineEnd, digits < leastLine { return lineEnd }
        return nil
    }

    /// Returns the end of a run, in which each line except the last has at least ``leastLine`` digits.
    private static func endOfRun(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var digits = 0
        var position = start
        while position < bytes.count {
            switch Base64Part(in: bytes, at: position) {
            case .digit:
                digits += 1
                position += 1
            case .escapedSlash:
                digits += 1
                position += 2
            case .lineBreak(let count):
                guard digits == 0 || digits >= leastLine else { return position }
                digits = 0
                position += count
            case .none: return position
            }
        }
        return position
    }
}

extension ChatMessage {
    /// Returns this message without images, documents and blocks of unknown kinds, and adds their tokens.
    fileprivate func withoutMedia(_ tokens: inout Int) -> ChatMessage {
        guard content.contains(where: \.holdsMedia) else { return self }
        var copy = self
        copy.content = content.map { $0.withoutMedia(&tokens) }
        return copy
    }
}

extension ContentBlock {
    fileprivate var holdsMedia: Bool {
        switch self {
        case .image, .document, .other: true
        case .toolResult(let result): result.content.contains(where: \.holdsMedia)
        default: false
        }
    }

    fileprivate func withoutMedia(_ tokens: inout Int) -> ContentBlock {
        switch self {
        case .image(var block):
            tokens += TokenEstimate.image(block.source)
            block.source = .url("")
            return .image(block)
        case .document(var block):
            tokens += TokenEstimate.document(block.source)
            block.source = .url("")
            return .document(block)
        case .other(let value):
            tokens += TokenEstimate.other(value)
            return .other(.null)
        case .toolResult(var result):
            result.content = result.content.map { $0.withoutMedia(&tokens) }
            return .toolResult(result)
        default: return self
        }
    }
}

extension MediaSource {
    /// The bytes in base64 and their media type, if they are in the message.
    fileprivate var data: (mediaType: String, data: Substring)? {
        switch self {
        case .base64(let mediaType, let data): return (mediaType, data[...])
        case .url(let url):
            // `data:image/png;base64,…`
            guard url.utf8.starts(with: "data:".utf8),
                let comma = url.utf8.prefix(256).firstIndex(of: UInt8(ascii: ",")),
                url.utf8[..<comma].suffix(7).elementsEqual(";base64".utf8)
            else { return nil }
            let header = url.utf8[..<comma].dropFirst(5)
            let mediaType = String(Substring(header.prefix { $0 != UInt8(ascii: ";") }))
            return (mediaType, url[url.utf8.index(after: comma)...])
        case .other(let value):
            guard let data = value["data"]?.stringValue else { return nil }
            return (value["media_type"]?.stringValue ?? "", data[...])
        case .file: return nil
        }
    }
}

extension Substring {
    /// Calls a closure with the bytes that these base64 digits encode.
    fileprivate func withBase64<Value>(_ body: (Base64Bytes) -> Value) -> Value {
        var text = self
        return text.withUTF8 { body(Base64Bytes(UnsafeRawBufferPointer($0))) }
    }
}
