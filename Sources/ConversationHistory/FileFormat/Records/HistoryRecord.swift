/// A record, one line of a stored history.
package enum HistoryRecord<Message: HistoryMessage> {
    case entry(SharedList<HistoryEntry<Message>>.Box)
    /// An entry whose line was written after those of later entries, and its position.
    case late(SharedList<HistoryEntry<Message>>.Box, position: Int)
    case turn(SharedList<Turn>.Box)
    /// An entry that a rewind removed; the rewind's own record follows.
    case taken(SharedList<HistoryEntry<Message>>.Box)
    /// A rewind with some of the turns that it removed; further records of the same kind contain the rest.
    case rewound(SharedList<RewoundHistory<Message>>.Box, turns: Range<Int>, continues: Bool)

    /// Returns the record of a rewind with all of the turns that it removed.
    package static func rewound(_ box: SharedList<RewoundHistory<Message>>.Box) -> HistoryRecord {
        .rewound(box, turns: box.value.turns.indices, continues: false)
    }

    /// The number of bytes in the record's line that don't count toward the limit.
    package var allowance: Int {
        switch self {
        case .entry(let box): box.value.markCount
        case .late(let box, let position): box.value.markCount + EntryCoding<Message>.positionCount(position)
        case .taken(let box): box.value.markCount + RecordCoding<Message>.takenOverhead
        case .turn, .rewound: HistoryLimits.recordAllowance
        }
    }
}

extension HistoryEntry {
    /// The number of bytes that an entry's marks take in its line.
    var markCount: Int { (isPinned ? 14 : 0) + (isIncomplete ? 18 : 0) }
}

/// The coding of the lines of a history.
package struct RecordCoding<Message: HistoryMessage>: Sendable {
    package let entry: EntryCoding<Message>

    package init(entry: EntryCoding<Message> = EntryCoding()) { self.entry = entry }

    private static var takenStart: StaticString { "{\"taken\":" }
    /// The number of bytes that an entry's line is longer after a rewind has removed the entry.
    static var takenOverhead: Int { takenStart.utf8CodeUnitCount + 1 }

    /// Reads a record.
    ///
    /// - Parameters:
    ///   - taken: The removed entries on the lines before, if the record of their rewind is still to come.
    ///   - fault: Set if the message of an entry does not decode; the record is then unusable.
    package func read(
        from reader: inout JSONReader,
        taken: SharedList<HistoryEntry<Message>>,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryRecord<Message> {
        guard let key = reader.firstKeyOfNextObject() else { return .entry(try entry.read(from: &reader, &fault)) }
        if key == "turn" {
            if let box = try readMember(from: &reader, TurnCoding.read) { return .turn(box) }
        } else if key == "taken" {
            if let box = try readTaken(from: &reader, &fault) { return .taken(box) }
        } else if key == "rewound" {
            let box = try readMember(from: &reader) { reader throws(JSONError) in
                try RewoundCoding.read(from: &reader, taking: taken)
            }
            if let box { return .rewound(box) }
        } else if key == "position" {
            let (box, position) = try entry.readWithPosition(from: &reader, &fault)
            return position.map { .late(box, position: $0) } ?? .entry(box)
        }
        return .entry(try entry.read(from: &reader, &fault))
    }

    /// Reads an object whose first member is the record; if there are other members, its stored form is kept.
    private func readMember<Value: Sendable>(
        from reader: inout JSONReader,
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> SharedList<Value>.Box? {
        var value: Value?
        let verbatim = try reader.verbatim { reader throws(JSONError) in
            try reader.readObject { _, reader throws(JSONError) in
                if value == nil {
                    value = try read(&reader)
                } else {
                    reader.isLossy = true
                    try reader.skipValue()
                }
            }
        }
        return value.map { .init($0, verbatim: verbatim) }
    }

    /// Reads an entry that a rewind removed.
    ///
    /// - Returns: The entry. Its stored form, if any, is that of the whole record. The start of the record
    ///   distinguishes it from the stored form of an entry that was removed after it was read; no entry starts like
    ///   that, or it would have been read as a record of a removed entry.
    private func readTaken(
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> SharedList<HistoryEntry<Message>>.Box? {
        var taken: SharedList<HistoryEntry<Message>>.Box?
        let verbatim = try reader.verbatim { reader throws(JSONError) in
            try reader.readObject { _, reader throws(JSONError) in
                if taken == nil {
                    taken = try entry.read(from: &reader, &fault)
                } else {
                    reader.isLossy = true
                    try reader.skipValue()
                }
            }
        }
        // If the key has escapes, which no version has written, the stored form could not be recognized.
        let isKnown = verbatim?.starts(with: Self.takenStart.bytes) == true
        return taken.map { .init($0.value, verbatim: isKnown ? verbatim : nil) }
    }

    /// Returns whether two entries are stored alike.
    ///
    /// Stored alike means as the same bytes. Equal entries may also differ in the order of members and elements,
    /// because equal sets can be encoded in different orders.
    package func isSame(
        _ left: SharedList<HistoryEntry<Message>>.Box,
        _ right: SharedList<HistoryEntry<Message>>.Box
    ) throws(SnapshotError) -> Bool {
        var leftText = JSONWriter(capacity: 1024)
        var rightText = JSONWriter(capacity: 1024)
        try write(.entry(left), to: &leftText)
        try write(.entry(right), to: &rightText)
        let isEqual = leftText.withUnsafeBytes { left in rightText.withUnsafeBytes { left.elementsEqual($0) } }
        if isEqual { return true }
        // A chat message has no sets, and its equality takes order into account.
        guard Message.self != ChatMessage.self, left.verbatim == nil, right.verbatim == nil, left.value == right.value
        else { return false }
        return UnorderedJSON.isSame(leftText.withUnsafeBytes(Array.init), rightText.withUnsafeBytes(Array.init))
    }

    /// Returns whether two turns are stored alike.
    func isSame(_ left: SharedList<Turn>.Box, _ right: SharedList<Turn>.Box) throws(SnapshotError) -> Bool {
        try bytes(of: .turn(left)) == bytes(of: .turn(right))
    }

    /// Returns whether the records of two rewinds are stored alike; the entries that they removed are not compared.
    func isSame(
        _ left: SharedList<RewoundHistory<Message>>.Box,
        _ right: SharedList<RewoundHistory<Message>>.Box
    ) throws(SnapshotError) -> Bool {
        try bytes(of: .rewound(left)) == bytes(of: .rewound(right))
    }

    /// Returns whether two entries that a rewind removed are stored alike.
    func isSameTaken(
        _ left: SharedList<HistoryEntry<Message>>.Box,
        _ right: SharedList<HistoryEntry<Message>>.Box
    ) throws(SnapshotError) -> Bool {
        if left.verbatim == nil, right.verbatim == nil { return try isSame(left, right) }
        return try bytes(of: .taken(left)) == bytes(of: .taken(right))
    }

    /// Returns a record as it is written.
    private func bytes(of record: HistoryRecord<Message>) throws(SnapshotError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        try write(record, to: &writer)
        return writer.withUnsafeBytes(Array.init)
    }

    package func write(_ record: HistoryRecord<Message>, to writer: inout JSONWriter) throws(SnapshotError) {
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
