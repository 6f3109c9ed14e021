package import ConversationHistory
import ConversationHistoryLibrary

/// A coding between snapshots and the values that a database stores as rows.
///
/// An entry, a turn and a rewind are each one line of JSON, as in a history file; the rest of the snapshot is its head.
/// Members of a line that this version does not know are kept with it, byte by byte.
package struct SnapshotRowCoding<Message: HistoryMessage>: Sendable {
    private let coding = RecordCoding<Message>()
    private let limits = HistoryLimits()

    /// Creates the coding.
    package init() {}

    // MARK: - Writing

    /// Returns the line of an entry.
    package func line(of box: SharedList<HistoryEntry<Message>>.Box) throws(SnapshotError) -> [UInt8] {
        try line(.entry(box))
    }

    /// Returns whether two entries have the same stored form.
    package func isSame(
        _ left: SharedList<HistoryEntry<Message>>.Box,
        _ right: SharedList<HistoryEntry<Message>>.Box
    ) throws(SnapshotError) -> Bool { try coding.isSame(left, right) }

    /// Returns the line of a turn.
    package func line(of box: SharedList<Turn>.Box) throws(SnapshotError) -> [UInt8] { try line(.turn(box)) }

    /// Returns the line of a rewind, without the rewound entries.
    package func line(of box: SharedList<RewoundHistory<Message>>.Box) throws(SnapshotError) -> [UInt8] {
        try line(.rewound(box))
    }

    private func line(_ record: HistoryRecord<Message>) throws(SnapshotError) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        try coding.write(record, to: &writer)
        // A rewind is one row, however many turns it took; its contents were stored in rows of their own before.
        if case .rewound = record {} else { try limits.check("entry", writer.count - record.allowance) }
        return writer.withUnsafeBytes(Array.init)
    }

    /// Returns an object as JSON text.
    package func bytes(of object: JSONObject) throws(SnapshotError) -> [UInt8] {
        try object.checkDepth()
        var writer = JSONWriter(capacity: 256)
        writer.write(.object(object))
        return writer.withUnsafeBytes(Array.init)
    }

    // MARK: - Reading

    /// Returns the snapshot of a head; append the rows to it.
    package func snapshot(head: [UInt8]) throws(SnapshotDecodingError) -> ConversationSnapshot<Message> {
        try ConversationSnapshot(decoding: head)
    }

    /// Returns the entry of a line.
    package func entry(_ line: UnsafeRawBufferPointer) throws(SnapshotDecodingError) -> HistoryEntry<Message> {
        try box(line).value
    }

    private func box(_ line: UnsafeRawBufferPointer) throws(SnapshotDecodingError)
        -> SharedList<HistoryEntry<Message>>.Box
    {
        try StoredText.read(line) { (reader, fault) throws(JSONError) in
            try coding.entry.read(from: &reader, &fault)
        }
    }

    /// Appends the entry of a line to a list.
    package func append(
        entry line: UnsafeRawBufferPointer,
        to entries: inout SharedList<HistoryEntry<Message>>
    ) throws(SnapshotDecodingError) {
        entries.append(try box(line))
    }

    /// Appends the entry of a line to the history of a snapshot.
    package func append(
        entry line: UnsafeRawBufferPointer,
        to snapshot: inout ConversationSnapshot<Message>
    ) throws(SnapshotDecodingError) {
        snapshot.append(try box(line))
    }

    /// Appends the turn of a line to a snapshot.
    package func append(
        turn line: UnsafeRawBufferPointer,
        to snapshot: inout ConversationSnapshot<Message>
    ) throws(SnapshotDecodingError) {
        guard case .turn(let box) = try record(line, taken: SharedList()) else { throw .unexpectedRow }
        snapshot.turns.append(box)
    }

    /// Appends the rewind of a line to a snapshot, with the rewound entries.
    package func append(
        rewound line: UnsafeRawBufferPointer,
        taking entries: SharedList<HistoryEntry<Message>>,
        to snapshot: inout ConversationSnapshot<Message>
    ) throws(SnapshotDecodingError) {
        guard case .rewound(let box, _, _) = try record(line, taken: entries) else { throw .unexpectedRow }
        snapshot.rewound.append(box)
    }

    private func record(
        _ line: UnsafeRawBufferPointer,
        taken: SharedList<HistoryEntry<Message>>
    ) throws(SnapshotDecodingError) -> HistoryRecord<Message> {
        try StoredText.read(line) { (reader, fault) throws(JSONError) in
            try coding.read(from: &reader, taken: taken, &fault)
        }
    }

}

/// JSON text that a database holds.
private enum StoredText {
    static func read<Value>(
        _ text: UnsafeRawBufferPointer,
        _ body: (inout JSONReader, inout MessageFault?) throws(JSONError) -> Value
    ) throws(SnapshotDecodingError) -> Value {
        // The reader needs zero bytes after the text, which the database's buffer does not have.
        var padded = JSONWriter(capacity: text.count + JSONReader.padding)
        padded.append(text)
        var fault: MessageFault?
        let value: Value
        do throws(JSONError) {
            value = try padded.withPaddedBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
                let value = try body(&reader, &fault)
                guard reader.peek() == .end else { throw JSONError(code: .trailingData, offset: reader.position) }
                return value
            }
        } catch { throw SnapshotDecodingError(error) }
        if let fault { throw SnapshotDecodingError(fault) }
        return value
    }
}

extension JSONObject {
    /// Reads an object that ``SnapshotRowCoding/bytes(of:)`` has written.
    package init(storedBytes text: UnsafeRawBufferPointer) throws(SnapshotDecodingError) {
        self = try StoredText.read(text) { (reader, _) throws(JSONError) in try reader.readFields() }
    }
}

extension SnapshotDecodingError {
    fileprivate static var unexpectedRow: SnapshotDecodingError {
        SnapshotDecodingError(.damaged, offset: 0, "The history is damaged: a record of another kind was expected.")
    }
}
