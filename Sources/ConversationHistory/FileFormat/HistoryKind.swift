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
