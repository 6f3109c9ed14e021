/// One line of a stored history.
enum HistoryRecord<Message: HistoryMessage> {
    case entry(SharedList<HistoryEntry<Message>>.Box)
    /// An entry whose line was written behind those of entries that it stands before, and its position.
    case late(SharedList<HistoryEntry<Message>>.Box, position: Int)
    case turn(SharedList<Turn>.Box)
    /// An entry that a rewind took; the rewind's own record follows.
    case taken(SharedList<HistoryEntry<Message>>.Box)
    /// A rewind, with some of the turns that it took; further ones follow in records of the same kind.
    case rewound(SharedList<RewoundHistory<Message>>.Box, turns: Range<Int>, continues: Bool)

    /// A rewind with all of the turns that it took.
    static func rewound(_ box: SharedList<RewoundHistory<Message>>.Box) -> HistoryRecord {
        .rewound(box, turns: box.value.turns.indices, continues: false)
    }

    /// How many bytes of the record's line do not count: what the application has not put there.
    var allowance: Int {
        switch self {
        case .entry(let box): box.value.markCount
        case .late(let box, let position): box.value.markCount + EntryCoding<Message>.positionCount(position)
        case .taken(let box): box.value.markCount + RecordCoding<Message>.takenOverhead
        case .turn, .rewound: HistoryLimits.recordAllowance
        }
    }
}

extension HistoryEntry {
    /// How many bytes the marks of an entry take up in its line.
    var markCount: Int { (isPinned ? 14 : 0) + (isIncomplete ? 18 : 0) }
}

/// How the lines of a history are read and written.
struct RecordCoding<Message: HistoryMessage>: Sendable {
    var entry = EntryCoding<Message>()

    private static var takenStart: StaticString { "{\"taken\":" }
    /// By how many bytes an entry that a rewind took is longer than the entry itself.
    static var takenOverhead: Int { takenStart.utf8CodeUnitCount + 1 }

    /// Reads a record.
    ///
    /// - Parameter taken: The entries on the lines before it that a rewind took whose record has not come yet.
    func read(
        from reader: inout JSONReader,
        taken: SharedList<HistoryEntry<Message>>
    ) throws(JSONError) -> HistoryRecord<Message> {
        guard let key = reader.firstKeyOfNextObject() else { return .entry(try entry.read(from: &reader)) }
        if key == "turn" {
            if let box = try readMember(from: &reader, TurnCoding.read) { return .turn(box) }
        } else if key == "taken" {
            if let box = try readTaken(from: &reader) { return .taken(box) }
        } else if key == "rewound" {
            let box = try readMember(from: &reader) { reader throws(JSONError) in
                try RewoundCoding.read(from: &reader, taking: taken)
            }
            if let box { return .rewound(box) }
        } else if key == "position" {
            let (box, position) = try entry.readWithPosition(from: &reader)
            return position.map { .late(box, position: $0) } ?? .entry(box)
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

    /// Reads an entry that a rewind took.
    ///
    /// - Returns: Its stored form, where it has one, is that of the whole record: by its start it can be told from that
    ///   of an entry that was taken after it was read. No entry begins so, or it would have been read as such a record.
    private func readTaken(
        from reader: inout JSONReader
    ) throws(JSONError) -> SharedList<HistoryEntry<Message>>.Box? {
        var taken: SharedList<HistoryEntry<Message>>.Box?
        let verbatim = try reader.verbatim { reader throws(JSONError) in
            var isLossy = false
            try reader.readObject { _, reader throws(JSONError) in
                if taken == nil {
                    let box = try entry.read(from: &reader)
                    taken = box
                    isLossy = box.verbatim != nil
                } else {
                    isLossy = true
                    try reader.skipValue()
                }
            }
            return isLossy
        }
        // A key with escapes, which nobody writes, would not be known again.
        let isKnown = verbatim?.starts(with: Self.takenStart.bytes) == true
        return taken.map { .init($0.value, verbatim: isKnown ? verbatim : nil) }
    }

    func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
        switch record {
        case .entry(let box): try entry.write(box, to: &writer)
        case .late(let box, let position): try entry.write(box, at: position, to: &writer)
        case .turn(let box):
            if let verbatim = box.verbatim { return writer.append(verbatim) }
            writer.write(raw: "{\"turn\":")
            try TurnCoding.write(box.value, to: &writer)
            writer.write(raw: "}")
        case .taken(let box):
            if let verbatim = box.verbatim, verbatim.starts(with: Self.takenStart.bytes) {
                return writer.append(verbatim)
            }
            writer.write(raw: Self.takenStart)
            try entry.write(box, to: &writer)
            writer.write(raw: "}")
        case .rewound(let box, let turns, let continues):
            if let verbatim = box.verbatim { return writer.append(verbatim) }
            writer.write(raw: "{\"rewound\":")
            try RewoundCoding.write(box.value, turns: turns, continues: continues, to: &writer)
            writer.write(raw: "}")
        }
    }
}
