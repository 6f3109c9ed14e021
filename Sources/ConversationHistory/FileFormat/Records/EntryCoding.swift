/// The coding of an entry as one JSON object on one line.
package struct EntryCoding<Message: HistoryMessage>: Sendable {
    let message = MessageCoding<Message>()

    package init() {}

    /// Reads an entry.
    ///
    /// - Parameter fault: Set if the message does not decode; the entry is then unusable.
    package func read(
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> SharedList<HistoryEntry<Message>>.Box {
        var entry: HistoryEntry<Message>?
        let verbatim = try reader.verbatim { reader throws(JSONError) in
            entry = try readEntry(from: &reader, &fault)
        }
        // `verbatim` has called the closure once, and has rethrown any error from it.
        guard let entry else { preconditionFailure("The entry was read or an error thrown.") }
        return SharedList.Box(entry, verbatim: verbatim)
    }

    /// Reads an entry, and marks the reader as lossy if an entry cannot represent a part of the JSON.
    ///
    /// - Parameter fault: Set if the message does not decode.
    private func readEntry(
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryEntry<Message> {
        let start = reader.position
        let offset = reader.offset
        var id: EntryID?
        var entry = HistoryEntry<Message>(.other([:]), id: "", date: nil)
        var content: HistoryEntry<Message>.Content?
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "id" {
                seen.note(0, &reader)
                id = EntryID(try reader.readString())
            } else if key == "date" {
                seen.note(1, &reader)
                entry.date = try StoredDate.read(from: &reader)
            } else if key == "message", content == nil {
                content = try message.read(from: &reader, &fault).map { .message($0) } ?? .other([:])
            } else if key == "pinned" {
                seen.note(2, &reader)
                entry.isPinned = try reader.readBool()
                // A false mark is never written, so it would be lost.
                if !entry.isPinned { reader.isLossy = true }
            } else if key == "incomplete" {
                seen.note(3, &reader)
                entry.isIncomplete = try reader.readBool()
                if !entry.isIncomplete { reader.isLossy = true }
            } else if key == "sender" {
                seen.note(4, &reader)
                entry.sender = try reader.readString()
            } else if key == "metadata" {
                seen.note(5, &reader)
                entry.metadata = try reader.readFields()
                if entry.metadata.isEmpty { reader.isLossy = true }
            } else if key == "action", content == nil {
                content = .action(try readAction(from: &reader))
            } else if key == "summary", content == nil {
                content = try readSummary(from: &reader, &fault).map { .summary($0) } ?? .other([:])
            } else {
                entry.additionalFields.append(key: key.string, value: try reader.readValue())
            }
        }
        guard let id else {
            throw JSONError(code: .missingMember, offset: offset, message: "An entry needs an id.")
        }
        if fault != nil, fault?.entry == nil { fault?.entry = id }
        if content == nil {
            // The entry is of a kind from a later version: the unknown members are its content.
            content = .other(entry.additionalFields)
            entry.additionalFields = [:]
        }
        entry.id = id
        if let content { entry.content = content }
        // The nesting limit for writing applies to reading, too. A level takes two brackets, so most entries are too
        // short to need the check.
        if reader.position - start > 2 * JSONValue.maximumDepth {
            do throws(SnapshotError) { try checkReadable(entry) } catch {
                throw JSONError(code: .tooDeep, offset: offset)
            }
        }
        return entry
    }

    private func readAction(from reader: inout JSONReader) throws(JSONError) -> HistoryAction {
        let offset = reader.offset
        var name: String?
        var payload = JSONValue.null
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "name" {
                seen.note(0, &reader)
                name = try reader.readString()
            } else if key == "payload" {
                seen.note(1, &reader)
                payload = try reader.readValue()
                if payload == .null { reader.isLossy = true }
            } else {
                reader.isLossy = true
                try reader.skipValue()
            }
        }
        guard let name else {
            throw JSONError(code: .missingMember, offset: offset, message: "An action needs a name.")
        }
        return HistoryAction(name: name, payload: payload)
    }

    private func readSummary(
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistorySummary<Message>? {
        let offset = reader.offset
        var through: EntryID?
        var text: Message?
        var hasMessage = false
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "through" {
                seen.note(0, &reader)
                through = EntryID(try reader.readString())
            } else if key == "message" {
                seen.note(1, &reader)
                hasMessage = true
                text = try message.read(from: &reader, &fault)
            } else {
                reader.isLossy = true
                try reader.skipValue()
            }
        }
        guard let through, hasMessage else {
            throw JSONError(code: .missingMember, offset: offset, message: "A summary needs a message and its reach.")
        }
        return text.map { HistorySummary(message: $0, through: through) }
    }

    package func write(_ box: SharedList<HistoryEntry<Message>>.Box, to writer: inout JSONWriter) throws(SnapshotError)
    {
        if let verbatim = box.verbatim {
            writer.append(verbatim)
        } else {
            try write(box.value, to: &writer)
        }
    }

    /// Writes an entry, and throws an error if it could not be read back.
    func write(_ entry: HistoryEntry<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        try checkReadable(entry)
        writer.write(raw: "{\"id\":")
        writer.write(string: entry.id.rawValue)
        if let date = entry.date {
            writer.write(raw: ",\"date\":")
            StoredDate.write(date, to: &writer)
        }
        if let sender = entry.sender {
            writer.write(raw: ",\"sender\":")
            writer.write(string: sender)
        }
        if entry.isPinned { writer.write(raw: ",\"pinned\":true") }
        if entry.isIncomplete { writer.write(raw: ",\"incomplete\":true") }
        switch entry.content {
        case .message(let value):
            writer.write(raw: ",\"message\":")
            try message.write(value, to: &writer)
        case .action(let action):
            writer.write(raw: ",\"action\":{\"name\":")
            writer.write(string: action.name)
            if action.payload != .null {
                writer.write(raw: ",\"payload\":")
                writer.write(action.payload)
            }
            writer.write(raw: "}")
        case .summary(let summary):
            writer.write(raw: ",\"summary\":{\"through\":")
            writer.write(string: summary.through.rawValue)
            writer.write(raw: ",\"message\":")
            try message.write(summary.message, to: &writer)
            writer.write(raw: "}")
        case .other(let fields):
            writer.write(fields: fields)
        }
        if !entry.metadata.isEmpty {
            writer.write(raw: ",\"metadata\":")
            writer.write(.object(entry.metadata))
        }
        writer.write(fields: entry.additionalFields)
        writer.write(raw: "}")
    }

    /// Throws an error if a part of an entry could not be read back unchanged.
    private func checkReadable(_ entry: HistoryEntry<Message>) throws(SnapshotError) {
        guard StoredDate.canWrite(entry.date) else {
            throw SnapshotError(.notEncodable, "The date of the entry is no moment in time.")
        }
        try entry.metadata.checkDepth()
        var contentNames: [String] = []
        switch entry.content {
        case .message(let value): try message.checkReadable(value)
        case .action(let action): try action.payload.checkDepth()
        case .summary(let summary): try message.checkReadable(summary.message)
        case .other(let fields):
            contentNames = ["message", "action", "summary"]
            try fields.checkReadable(besides: Self.memberNames + contentNames)
        }
        try entry.additionalFields.checkReadable(besides: Self.memberNames + contentNames)
    }

    private static var memberNames: [String] { ["id", "date", "pinned", "incomplete", "sender", "metadata"] }
}

/// The check of every entry before it becomes part of a snapshot.
package enum EntryCheck {
    /// Throws an error if an entry could not be saved or read back.
    ///
    /// - Returns: The number of bytes of the entry's line that count toward the limit.
    @discardableResult
    package static func check<Message>(
        _ entry: HistoryEntry<Message>,
        limits: HistoryLimits = HistoryLimits()
    ) throws(SnapshotError) -> Int {
        var writer = JSONWriter(capacity: 4096)
        try EntryCoding<Message>().write(entry, to: &writer)
        let count = writer.count - entry.markCount
        try limits.check("entry", count)
        return count
    }
}

extension JSONReader {
    /// Reads an object and returns its members.
    package mutating func readFields() throws(JSONError) -> JSONObject {
        let offset = self.offset
        guard case .object(let fields) = try readValue() else {
            throw JSONError(code: .typeMismatch, offset: offset, message: "An object was expected.")
        }
        return fields
    }
}

/// The coding of an entry whose line is not at the entry's position: the position is its first member.
extension EntryCoding {
    private static var positionStart: StaticString { "{\"position\":" }

    /// The largest number of later entries whose lines may precede an entry's line; with more, a save rewrites the
    /// history.
    ///
    /// A reader inserts the entry among those that it has read, which would take long in a file of many such lines.
    static var mostLinesBefore: Int { 256 }

    /// Returns the number of bytes that a position adds to an entry.
    static func positionCount(_ position: Int) -> Int {
        // The opening brace belongs to the entry; a comma follows the number.
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
    /// - Parameter fault: Set if the message does not decode; the entry is then unusable.
    /// - Returns: The entry without its position. If the first member is another kind of `position`, which no version
    ///   has written, the entry keeps it as an unknown member.
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
        // The key has escapes, which no version has written.
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

extension HistoryEntry {
    /// Returns the entry as it is written in a history file: one JSON object on one line.
    package func storedText() throws(SnapshotError) -> String {
        var writer = JSONWriter(capacity: 1024)
        try EntryCoding<Message>().write(self, to: &writer)
        return writer.string
    }
}
