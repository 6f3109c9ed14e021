/// The coding of the record of a rewind.
///
/// The entries that a rewind removed have lines of their own before its record, because together they may exceed the
/// limit for a line; the record contains their count. If the turns are too many for one line, further records continue
/// it.
enum RewoundCoding<Message: HistoryMessage> {
    /// Reads a record.
    ///
    /// - Parameter entries: The removed entries on the lines before the record that belong to no other rewind.
    static func read(
        from reader: inout JSONReader,
        taking entries: SharedList<HistoryEntry<Message>>
    ) throws(JSONError) -> RewoundHistory<Message> {
        let offset = reader.offset
        var count: Int?
        var rewound = RewoundHistory<Message>(date: nil, position: 0, entries: entries, turns: [])
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "date" {
                seen.note(0, &reader)
                rewound.date = try StoredDate.read(from: &reader)
            } else if key == "position" {
                seen.note(1, &reader)
                rewound.position = try reader.readInt()
            } else if key == "count" {
                seen.note(2, &reader)
                count = try reader.readInt()
            } else if key == "turns" {
                seen.note(3, &reader)
                try reader.readArray { reader throws(JSONError) in
                    rewound.turns.append(try TurnCoding.read(from: &reader))
                }
            } else {
                rewound.additionalFields.append(key: key.string, value: try reader.readValue())
            }
        }
        guard count == entries.count else {
            throw JSONError(code: .invalidValue, offset: offset, message: "A rewind needs the entries that it took.")
        }
        return rewound
    }

    /// The members that identify a record that continues the record before it.
    static var continuation: JSONObject { ["continues": true] }

    /// Returns the range of turns that fit into a record.
    ///
    /// - Parameters:
    ///   - start: The first turn of the record; `nil` for the record that has the other members.
    ///   - limit: The size in bytes that the record should not exceed; a record that continues another has at least one
    ///     turn.
    static func turns(
        of rewound: RewoundHistory<Message>,
        from start: Int?,
        limit: Int
    ) throws(SnapshotError) -> Range<Int> {
        var writer = JSONWriter(capacity: 1024)
        let first = start ?? 0
        try write(rewound, turns: first..<first, continues: start != nil, to: &writer)
        var count = writer.count
        var end = first
        while end < rewound.turns.count {
            writer.removeAll()
            try TurnCoding.write(rewound.turns[end], to: &writer)
            count += writer.count + 1
            guard count <= limit || start == end else { break }
            end += 1
        }
        return first..<end
    }

    /// Writes a record with some of the turns; a record that continues another has no optional members.
    static func write(
        _ rewound: RewoundHistory<Message>,
        turns: Range<Int>,
        continues: Bool,
        to writer: inout JSONWriter
    ) throws(SnapshotError) {
        let fields = continues ? continuation : rewound.additionalFields
        try fields.checkReadable(besides: ["date", "position", "count", "turns"])
        guard StoredDate.canWrite(rewound.date) else {
            throw SnapshotError(.notEncodable, "The date of a rewind is not finite.")
        }
        writer.write(raw: "{\"position\":")
        writer.write(rewound.position)
        if let date = rewound.date, !continues {
            writer.write(raw: ",\"date\":")
            StoredDate.write(date, to: &writer)
        }
        writer.write(raw: ",\"count\":")
        writer.write(continues ? 0 : rewound.entries.count)
        writer.write(raw: ",\"turns\":[")
        for position in turns {
            if position > turns.lowerBound { writer.write(raw: ",") }
            try TurnCoding.write(rewound.turns[position], to: &writer)
        }
        writer.write(raw: "]")
        writer.write(fields: fields)
        writer.write(raw: "}")
    }
}
