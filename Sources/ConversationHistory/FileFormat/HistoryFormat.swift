/// The fixed parts of the stored form.
package enum HistoryFormat {
    static let name = "conversation-history"

    /// The nesting depth of a history that a reader accepts: a value in a message, and the levels around it.
    ///
    /// The levels around it are the document, the history, the entry, the message, the blocks in results, and so on. A
    /// reader must accept everything that the writer accepts.
    package static let maximumDepth = JSONValue.maximumDepth + 64

    /// The end of a header line, which identifies a history with one entry per line.
    static let headerEnd: StaticString = ",\"history\":["

    /// The start of a footer line.
    static let footerStart: StaticString = "],\"state\":{"

    /// The start of the line with which version control marks an unresolved merge conflict.
    static let mergeMark: StaticString = "<<<<<<< "

    /// The text before the checksum in a footer; eight hexadecimal digits and `"}}` follow.
    static let checksumKey: StaticString = "\"checksum\":\""

    /// The number of bytes in a footer after ``checksumKey``, without the line feed.
    static let checksumCount = 8 + 3
}

/// The stored form of a document.
enum HistoryKind {
    /// The form of the Rust package ailoop.
    case version1

    /// This package's own form.
    case version2

    /// Finds the form of a document from the names of its members, without decoding them.
    ///
    /// - Returns: The form; `nil` for JSON that isn't a history.
    /// - Throws: An error for a newer version as soon as it is found, because anything may follow it; an error if the
    ///   text isn't JSON.
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

    /// Reads a version; a number beyond the range of `Int` counts as a newer version.
    private static func readVersion(from reader: inout JSONReader) throws(JSONError) -> Int? {
        guard case .number(let number) = try reader.readValue() else { return nil }
        return number.intValue ?? ((number.doubleValue ?? 0) >= 0x1p63 ? .max : nil)
    }
}

/// A layout of a snapshot as bytes.
public struct SnapshotStyle: Hashable, Sendable {
    private enum Value { case lines, pretty, version1 }
    private let value: Value

    /// Version 2 with one entry per line: valid JSON that is easy to search and compare, and that a store can append
    /// to.
    public static let lines = SnapshotStyle(value: .lines)

    /// Version 2, indented for reading; every save writes the whole file.
    public static let pretty = SnapshotStyle(value: .pretty)

    /// Version 1, the form of the Rust package ailoop, for programs that read only that form.
    ///
    /// It holds only ``ChatMessage``s and their pins. Ids, dates, actions, turns and all other members are left out; an
    /// unknown role or block is refused.
    public static let version1 = SnapshotStyle(value: .version1)
}
