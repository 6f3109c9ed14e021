/// How the record of a rewind is read and written.
///
/// The entries that a rewind took stand on lines of their own before its record, since together they may be longer than
/// any line may be; the record counts them.
enum RewoundCoding<Message: HistoryMessage> {
    /// Reads a record.
    ///
    /// - Parameter entries: The entries on the lines before it that no other rewind has taken.
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

    static func write(_ rewound: RewoundHistory<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        try rewound.additionalFields.checkReadable(besides: ["date", "position", "count", "turns"])
        guard StoredDate.canWrite(rewound.date) else {
            throw SnapshotError(.notEncodable, "The date of a rewind is not finite.")
        }
        writer.write(raw: "{\"position\":")
        writer.write(rewound.position)
        if let date = rewound.date {
            writer.write(raw: ",\"date\":")
            StoredDate.write(date, to: &writer)
        }
        writer.write(raw: ",\"count\":")
        writer.write(rewound.entries.count)
        writer.write(raw: ",\"turns\":[")
        for (position, turn) in rewound.turns.enumerated() {
            if position > 0 { writer.write(raw: ",") }
            try TurnCoding.write(turn, to: &writer)
        }
        writer.write(raw: "]")
        writer.write(fields: rewound.additionalFields)
        writer.write(raw: "}")
    }
}
