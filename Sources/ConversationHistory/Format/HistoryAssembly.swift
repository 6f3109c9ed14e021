/// A snapshot that is put together from the records of a stored history, in their order.
struct HistoryAssembly<Message: HistoryMessage> {
    var snapshot: ConversationSnapshot<Message>
    /// What a rewind took whose own record has not come yet.
    private(set) var taken = SharedList<HistoryEntry<Message>>()

    init(_ snapshot: ConversationSnapshot<Message>) { self.snapshot = snapshot }

    /// Reads the next record and adds it.
    ///
    /// - Parameter fault: Is set if the message of an entry does not decode; there is no use in reading on then.
    mutating func readRecord(
        from reader: inout JSONReader,
        _ coding: RecordCoding<Message>,
        _ fault: inout MessageFault?
    ) throws(JSONError) {
        switch try coding.read(from: &reader, taken: taken, &fault) {
        case .entry(let box): snapshot.append(box)
        case .turn(let box): snapshot.turns.append(box)
        case .taken(let box): taken.append(box)
        case .rewound(let box):
            snapshot.rewound.append(box)
            taken = SharedList()
        }
    }

    /// Throws if the record of a rewind is missing.
    func checkComplete(at offset: Int) throws(SnapshotDecodingError) {
        guard taken.isEmpty else {
            throw SnapshotDecodingError(
                .damaged,
                offset: offset,
                "The history is damaged: the record of a rewind that took \(taken.count) entries is missing."
            )
        }
    }
}
