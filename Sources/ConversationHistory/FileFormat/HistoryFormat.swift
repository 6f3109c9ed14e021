/// The fixed parts of the stored form.
package enum HistoryFormat {
    static let name = "conversation-history"

    /// How deep a history is read: a value of a message, in the levels around it.
    ///
    /// Around it are the document, the history, the entry, the message, blocks in results, and so on. What the writer
    /// accepts, the reader must accept too.
    package static let maximumDepth = JSONValue.maximumDepth + 64

    /// How a header line ends, and so what marks a history of one entry a line.
    static let headerEnd: StaticString = ",\"history\":["

    /// How a footer line begins.
    static let footerStart: StaticString = "],\"state\":{"

    /// How the line begins by which version control marks two sides that it could not merge.
    static let mergeMark: StaticString = "<<<<<<< "

    /// What stands before the checksum in a footer; eight hexadecimal digits and `"}}` follow.
    static let checksumKey: StaticString = "\"checksum\":\""

    /// The bytes of a footer that follow ``checksumKey``, without the line feed.
    static let checksumCount = 8 + 3
}

/// Which of the stored forms a document has.
enum HistoryKind {
    /// ailoop's form.
    case version1

    /// This package's own form.
    case version2

    /// Tells the form of a document by its members, before any of them is read.
    ///
    /// - Returns: `nil` if it is JSON, but not a history.
    /// - Throws: A newer version, as soon as it is seen: what follows it may have any shape.
    static func find(in reader: JSONReader) throws(SnapshotDecodingError) -> HistoryKind? {
        var reader = reader
        var format: String?
        var version: Int?
        var hasMessages = false
        var newer: Int?
        do throws(JSONError) {
            try reader.readObject { key, reader throws(JSONError) in
                if key == "format", reader.peek() == .string {
                    format = try reader.readString()
                } else if key == "version", reader.peek() == .number {
                    version = try readVersion(from: &reader)
                } else if key == "messages", format == nil {
                    hasMessages = true
                    try reader.skipValue()
                } else {
                    try reader.skipValue()
                }
                if let version, version > 2, format == HistoryFormat.name {
                    newer = version
                    throw JSONError(code: .invalidValue, offset: 0)
                }
            }
        } catch {
            if let newer { throw .newerVersion(newer) }
            throw SnapshotDecodingError(error)
        }
        switch (format, version) {
        case (HistoryFormat.name, 2): return .version2
        case (nil, 1) where hasMessages: return .version1
        case (nil, let version?) where hasMessages && version > 1: throw .newerVersion(version)
        default: return nil
        }
    }
    /// Reads a version; one that no integer holds is newer than all that are known.
    private static func readVersion(from reader: inout JSONReader) throws(JSONError) -> Int? {
        guard case .number(let number) = try reader.readValue() else { return nil }
        return number.intValue ?? ((number.doubleValue ?? 0) >= 0x1p63 ? .max : nil)
    }
}

/// How a snapshot is laid out as bytes.
public struct SnapshotStyle: Hashable, Sendable {
    private enum Value { case lines, pretty, version1 }
    private let value: Value

    /// Version 2, one entry a line: valid JSON that is easy to search and to compare, and that a store can append to.
    public static let lines = SnapshotStyle(value: .lines)

    /// Version 2, indented for reading; every save writes the whole of it.
    public static let pretty = SnapshotStyle(value: .pretty)

    /// Version 1, the form of the Rust package ailoop, for programs that read nothing else.
    ///
    /// It has no place for anything but ``ChatMessage``s and their pins: ids, dates, actions, turns and all else are
    /// left out, and a role or a block that it does not know is refused.
    public static let version1 = SnapshotStyle(value: .version1)
}
