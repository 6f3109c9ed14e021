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
        if reader.nextObjectStarts(with: "turn") {
            if let box = try readMember(from: &reader, TurnCoding.read) { return .turn(box) }
        } else if reader.nextObjectStarts(with: "rewound") {
            if let box = try readMember(from: &reader, RewoundCoding(entry: entry).read) { return .rewound(box) }
        }
        return .entry(try entry.read(from: &reader))
    }

    /// Reads an object of which only the first member matters; if there is more, the whole is kept beside it.
    private func readMember<Value: Sendable>(
        from reader: inout JSONReader,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> SharedList<Value>.Box? {
        var value: Value?
        let verbatim = try reader.verbatim { reader throws(JSONError) in
            var isLossy = false
            try reader.readObject { _, reader throws(JSONError) in
                if value == nil {
                    value = try read(&reader)
                } else {
                    isLossy = true
                    try reader.skipValue()
                }
            }
            return isLossy
        }
        return value.map { .init($0, verbatim: verbatim) }
    }

    func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        switch record {
        case .entry(let box): try entry.write(box, to: &writer)
        case .turn(let box):
            if let verbatim = box.verbatim { return writer.append(verbatim) }
            writer.write(raw: "{\"turn\":")
            try TurnCoding.write(box.value, to: &writer)
            writer.write(raw: "}")
        case .rewound(let box):
            if let verbatim = box.verbatim { return writer.append(verbatim) }
            writer.write(raw: "{\"rewound\":")
            try RewoundCoding(entry: entry).write(box.value, to: &writer)
            writer.write(raw: "}")
        }
    }
}
