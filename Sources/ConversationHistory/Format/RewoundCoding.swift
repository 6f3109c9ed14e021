/// How the record of a rewind is read and written.
struct RewoundCoding<Message: HistoryMessage> {
    let entry: EntryCoding<Message>

    func read(from reader: inout JSONReader) throws(JSONError) -> RewoundHistory<Message> {
        var rewound = RewoundHistory<Message>(date: nil, position: 0, entries: SharedList(), turns: [])
        try reader.readObject { key, reader throws(JSONError) in
            if key == "date" {
                rewound.date = try StoredDate.read(from: &reader)
            } else if key == "position" {
                rewound.position = try reader.readInt()
            } else if key == "entries" {
                try reader.readArray { reader throws(JSONError) in
                    rewound.entries.append(try entry.read(from: &reader))
                }
            } else if key == "turns" {
                try reader.readArray { reader throws(JSONError) in
                    rewound.turns.append(try TurnCoding.read(from: &reader))
                }
            } else {
                rewound.additionalFields.append(key: key.string, value: try reader.readValue())
            }
        }
        return rewound
    }

    func write(_ rewound: RewoundHistory<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        try rewound.additionalFields.checkReadable(besides: ["date", "position", "entries", "turns"])
        writer.write(raw: "{\"position\":")
        writer.write(rewound.position)
        if let date = rewound.date {
            writer.write(raw: ",\"date\":")
            StoredDate.write(date, to: &writer)
        }
        writer.write(raw: ",\"entries\":[")
        for position in rewound.entries.indices {
            if position > 0 { writer.write(raw: ",") }
            try entry.write(rewound.entries.box(at: position), to: &writer)
        }
        writer.write(raw: "],\"turns\":[")
        for (position, turn) in rewound.turns.enumerated() {
            if position > 0 { writer.write(raw: ",") }
            try TurnCoding.write(turn, to: &writer)
        }
        writer.write(raw: "]")
        writer.write(fields: rewound.additionalFields)
        writer.write(raw: "}")
    }
}
