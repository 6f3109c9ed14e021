/// A snapshot that is put together from the records of a stored history, in their order.
package struct HistoryAssembly<Message: HistoryMessage> {
    /// What was put together so far, but for the last rewind; ``settle()`` adds that.
    package var snapshot: ConversationSnapshot<Message>
    /// The last rewind, of which more turns may follow.
    private var rewound: (value: RewoundHistory<Message>, verbatim: [UInt8]?)?
    /// What a rewind took whose own record has not come yet.
    private(set) var taken = SharedList<HistoryEntry<Message>>()

    package init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = snapshot }

    /// Reads the next record and adds it.
    ///
    /// - Parameter fault: Is set if the message of an entry does not decode; there is no use in reading on then.
    /// - Returns: The record.
    @discardableResult
    package mutating func readRecord(
        from reader: inout JSONReader,
        _ coding: RecordCoding<Message>,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> HistoryRecord<Message> {
        let offset = reader.offset
        let record = try coding.read(from: &reader, taken: taken, &fault)
        switch record {
        case .entry(let box): snapshot.append(box)
        case .late(let box, let position):
            let count = snapshot.entries.count
            guard position >= 0, position <= count, count - position <= EntryCoding<Message>.mostLinesBefore else {
                throw JSONError(code: .invalidValue, offset: offset, message: "An entry cannot have that position.")
            }
            snapshot.insert(box, at: position)
        case .turn(let box): snapshot.turns.append(box)
        case .taken(let box): taken.append(box)
        case .rewound(let box, _, _):
            if continuesLast(box) {
                rewound?.value.turns.append(contentsOf: box.value.turns)
            } else {
                settle()
                rewound = (box.value, box.verbatim)
                taken = SharedList()
            }
        }
        return record
    }

    /// Whether a record of a rewind has nothing but more turns of the last one.
    private func continuesLast(_ box: SharedList<RewoundHistory<Message>>.Box) -> Bool {
        guard let rewound, rewound.verbatim == nil, box.verbatim == nil else { return false }
        let next = box.value
        return next.additionalFields == RewoundCoding<Message>.continuation && next.date == nil
            && next.entries.isEmpty && taken.isEmpty && next.position == rewound.value.position
    }

    /// Adds the last rewind to the snapshot.
    package mutating func settle() {
        guard let last = rewound else { return }
        snapshot.rewound.append(.init(last.value, verbatim: last.verbatim))
        rewound = nil
    }

    /// Throws if the record of a rewind is missing.
    package func checkComplete(at offset: Int) throws(SnapshotDecodingError) {
        guard taken.isEmpty else {
            throw SnapshotDecodingError(
                .damaged,
                offset: offset,
                "The history is damaged: the record of a rewind that took \(taken.count) entries is missing."
            )
        }
    }
}
