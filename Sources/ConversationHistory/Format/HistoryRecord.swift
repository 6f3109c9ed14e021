/// One line of a stored history.
enum HistoryRecord<Message: HistoryMessage> {
    case entry(SharedList<HistoryEntry<Message>>.Box)
    case turn(SharedList<Turn>.Box)
    case rewound(SharedList<RewoundHistory<Message>>.Box)
}

/// How the lines of a history are read and written.
struct RecordCoding<Message: HistoryMessage>: Sendable {
    let entry = EntryCoding<Message>()

    func read(from reader: inout JSONReader) throws(JSONError) -> HistoryRecord<Message> {
        guard let key = reader.firstKeyOfNextObject() else { return .entry(try entry.read(from: &reader)) }
        if key == "turn" {
            var turn: Turn?
            try readMember(from: &reader) { reader throws(JSONError) in turn = try TurnCoding.read(from: &reader) }
            if let turn { return .turn(.init(turn)) }
        } else if key == "rewound" {
            var rewound: RewoundHistory<Message>?
            let coding = RewoundCoding(entry: entry)
            try readMember(from: &reader) { reader throws(JSONError) in rewound = try coding.read(from: &reader) }
            if let rewound { return .rewound(.init(rewound)) }
        }
        return .entry(try entry.read(from: &reader))
    }

    /// Reads an object of which only the first member matters.
    private func readMember(
        from reader: inout JSONReader,
        _ read: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        var isFirst = true
        try reader.readObject { _, reader throws(JSONError) in
            if isFirst { try read(&reader) } else { try reader.skipValue() }
            isFirst = false
        }
    }

    func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        switch record {
        case .entry(let box): try entry.write(box, to: &writer)
        case .turn(let box):
            writer.write(raw: "{\"turn\":")
            TurnCoding.write(box.value, to: &writer)
            writer.write(raw: "}")
        case .rewound(let box):
            writer.write(raw: "{\"rewound\":")
            try RewoundCoding(entry: entry).write(box.value, to: &writer)
            writer.write(raw: "}")
        }
    }
}
