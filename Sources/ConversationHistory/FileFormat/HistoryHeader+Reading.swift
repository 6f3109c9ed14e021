extension HistoryHeader {
    /// Returns the length of the header line, without its line feed, if the bytes begin with one.
    static func lineCount(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let start: StaticString = "{\"format\":\""
        let end = HistoryFormat.headerEnd
        guard bytes.starts(with: start.bytes) else { return nil }
        let count = bytes.firstLineFeed(from: 0) ?? bytes.count
        guard count >= end.utf8CodeUnitCount,
            bytes[(count - end.utf8CodeUnitCount)..<count].elementsEqual(end.bytes)
        else { return nil }
        return count
    }

    /// Reads a header line.
    static func read(line: UnsafeRawBufferPointer) throws(SnapshotDecodingError) -> HistoryHeader {
        var writer = JSONWriter(capacity: line.count + 16)
        writer.append(line)
        writer.write(raw: "]}")
        return try writer.withPaddedBytes { bytes throws(SnapshotDecodingError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            guard try HistoryKind.find(in: reader) == .version2 else {
                throw SnapshotDecodingError(.notAHistory, offset: 0, "This is not the history of a conversation.")
            }
            var header = HistoryHeader(messageFormat: "", lineage: "")
            do throws(JSONError) {
                try reader.readObject { key, reader throws(JSONError) in
                    if key == "format" || key == "version" || key == "history" {
                        try reader.skipValue()
                    } else {
                        try header.take(key, from: &reader)
                    }
                }
            } catch { throw SnapshotDecodingError(error) }
            header.finish()
            return header
        }
    }
}
