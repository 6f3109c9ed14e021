/// How a snapshot differs from the one that is stored.
enum HistoryDifference<Message: HistoryMessage> {
    /// Not at all.
    case none

    /// There is more of it, or its state changed; all stored lines stay as they are. The first new records are named.
    case tail(HistoryWriter<Message>.Position)

    /// In lines that are stored.
    case lines
}

/// A snapshot as it is stored, with what is needed to tell how another one differs.
struct StoredSnapshot<Message: HistoryMessage>: Sendable {
    let snapshot: ConversationSnapshot<Message>
    /// The header, as it is written for a lineage.
    let header: [UInt8]
    /// The members of the state, as they are written.
    let members: [UInt8]

    init(
        _ snapshot: ConversationSnapshot<Message>,
        lineage: String,
        members: [UInt8],
        writer: HistoryWriter<Message>
    ) {
        self.snapshot = snapshot
        self.members = members
        header = Self.header(of: snapshot, lineage: lineage, writer: writer)
    }

    private static func header(
        of snapshot: ConversationSnapshot<Message>,
        lineage: String,
        writer: HistoryWriter<Message>
    ) -> [UInt8] {
        var text = JSONWriter(capacity: 256)
        writer.header(of: snapshot, lineage: lineage).write(to: &text)
        return text.withUnsafeBytes(Array.init)
    }

    /// Tells how a snapshot differs from this one.
    ///
    /// What the two share is not looked at; for the rest, what counts are the bytes that would be written.
    func difference(
        to new: ConversationSnapshot<Message>,
        members newMembers: [UInt8],
        lineage: String,
        writer: HistoryWriter<Message>
    ) throws(SnapshotError) -> HistoryDifference<Message> {
        let lineCount = snapshot.lineEntryCount
        let coding = writer.coding
        guard header == Self.header(of: new, lineage: lineage, writer: writer),
            new.lineEntryCount >= lineCount,
            try snapshot.entries.isStoredPrefix(lineCount, of: new.entries, coding, HistoryRecord.entry),
            try snapshot.turns.isStoredPrefix(snapshot.turns.count, of: new.turns, coding, HistoryRecord.turn),
            try snapshot.rewound.isStoredPrefix(snapshot.rewound.count, of: new.rewound, coding, HistoryRecord.rewound),
            try hasSameTakenEntries(as: new, coding)
        else { return .lines }
        if members == newMembers, new.lineEntryCount == lineCount, new.turns.count == snapshot.turns.count,
            new.rewound.count == snapshot.rewound.count
        {
            return .none
        }
        return .tail(.init(entries: lineCount, turns: snapshot.turns.count, rewound: snapshot.rewound.count))
    }

    /// Tells whether the rewinds that are stored took the same entries as those of another snapshot.
    private func hasSameTakenEntries(
        as new: ConversationSnapshot<Message>,
        _ coding: RecordCoding<Message>
    ) throws(SnapshotError) -> Bool {
        for position in snapshot.rewound.indices
        where snapshot.rewound.box(at: position) !== new.rewound.box(at: position) {
            let (old, new) = (snapshot.rewound[position].entries, new.rewound[position].entries)
            guard old.count == new.count,
                try old.isStoredPrefix(old.count, of: new, coding, HistoryRecord.taken)
            else { return false }
        }
        return true
    }
}

extension SharedList {
    /// Tells whether the first elements of this list would be written as those of another list.
    fileprivate func isStoredPrefix<Message: HistoryMessage>(
        _ count: Int,
        of other: SharedList,
        _ coding: RecordCoding<Message>,
        _ record: (Box) -> HistoryRecord<Message>
    ) throws(SnapshotError) -> Bool {
        guard other.count >= count else { return false }
        let shared = sharedPrefixCount(with: other)
        guard shared < count else { return true }
        var left = JSONWriter()
        var right = JSONWriter()
        for position in shared..<count where box(at: position) !== other.box(at: position) {
            left.removeAll()
            right.removeAll()
            try coding.write(record(box(at: position)), to: &left)
            try coding.write(record(other.box(at: position)), to: &right)
            let isSame = left.withUnsafeBytes { left in right.withUnsafeBytes { left.elementsEqual($0) } }
            guard isSame else { return false }
        }
        return true
    }
}
