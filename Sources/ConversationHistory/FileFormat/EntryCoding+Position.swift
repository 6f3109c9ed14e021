/// An entry that is stored apart from its place among the lines: its position is the first of its members.
extension EntryCoding {
    private static var positionStart: StaticString { "{\"position\":" }

    /// An entry may be written behind so many lines that it stands before; more are written anew.
    ///
    /// A reader puts it in its place among the entries, and would else take long over a file of nothing but such lines.
    static var mostLinesBefore: Int { 256 }

    /// By how many bytes an entry is longer with its position.
    static func positionCount(_ position: Int) -> Int {
        // The brace is that of the entry; a comma follows the number.
        positionStart.utf8CodeUnitCount - 1 + String(position).utf8.count + 1
    }

    /// Writes an entry with its position.
    func write(
        _ box: SharedList<HistoryEntry<Message>>.Box,
        at position: Int,
        to writer: inout JSONWriter
    ) throws(SnapshotError) {
        var entry = JSONWriter(capacity: 1024)
        try write(box, to: &entry)
        writer.write(raw: Self.positionStart)
        writer.write(position)
        writer.write(raw: ",")
        entry.withUnsafeBytes { writer.append(UnsafeRawBufferPointer(rebasing: $0.dropFirst())) }
    }

    /// Reads an entry that may have a position.
    ///
    /// - Returns: The entry without its position; an entry whose first member is something else of this name, which no
    ///   version has written, keeps it as it keeps other members that are not known.
    /// - Parameter fault: Is set if the message does not decode; the entry is not to be used then.
    func readWithPosition(
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> (box: SharedList<HistoryEntry<Message>>.Box, position: Int?) {
        let box = try read(from: &reader, &fault)
        var entry = box.value
        let position: Int?
        if case .other(let fields) = entry.content {
            position = Self.position(in: fields)
            if position != nil { entry.content = .other(JSONObject(fields.dropFirst())) }
        } else {
            position = Self.position(in: entry.additionalFields)
            if position != nil { entry.additionalFields = JSONObject(entry.additionalFields.dropFirst()) }
        }
        guard let position else { return (box, nil) }
        guard let verbatim = box.verbatim else { return (.init(entry), position) }
        // A key with escapes, which nobody writes.
        let start = Self.positionStart.bytes + Array("\(position),".utf8)
        guard verbatim.starts(with: start) else { return (box, nil) }
        return (.init(entry, verbatim: [UInt8(ascii: "{")] + verbatim.dropFirst(start.count)), position)
    }

    private static func position(in fields: JSONObject) -> Int? {
        guard let (key, value) = fields.first, key == "position", case .number(let number) = value,
            let position = number.intValue, number.text == String(position)
        else { return nil }
        return position
    }
}
