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
    /// What the two share is not looked at; for the rest, what counts are the bytes that would be written, but not the
    /// order of what is kept in no order.
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
            try snapshot.entries.isStoredPrefix(lineCount, of: new.entries, coding.isSame),
            try snapshot.turns.isStoredPrefix(
                snapshot.turns.count,
                of: new.turns,
                { (left, right) throws(SnapshotError) in
                    try coding.bytes(of: .turn(left)) == coding.bytes(of: .turn(right))
                }
            ),
            try snapshot.rewound.isStoredPrefix(
                snapshot.rewound.count,
                of: new.rewound,
                { (left, right) throws(SnapshotError) in
                    try coding.bytes(of: .rewound(left)) == coding.bytes(of: .rewound(right))
                }
            ),
            try hasSameTakenEntries(as: new, coding)
        else { return .lines }
        if try hasSameMembers(as: new, newMembers, writer), new.lineEntryCount == lineCount,
            new.turns.count == snapshot.turns.count,
            new.rewound.count == snapshot.rewound.count
        {
            return .none
        }
        return .tail(.init(entries: lineCount, turns: snapshot.turns.count, rewound: snapshot.rewound.count))
    }

    /// Tells whether the state of another snapshot is the one that is stored.
    private func hasSameMembers(
        as new: ConversationSnapshot<Message>,
        _ newMembers: [UInt8],
        _ writer: HistoryWriter<Message>
    ) throws(SnapshotError) -> Bool {
        if members == newMembers { return true }
        // The message under way is among them.
        guard Message.self != ChatMessage.self, snapshot.hasDraft, new.hasDraft else { return false }
        let draft = snapshot.entries.box(at: snapshot.entries.count - 1)
        guard try writer.coding.isSame(draft, new.entries.box(at: new.entries.count - 1)) else { return false }
        var same = new
        same.entries.replace(at: new.entries.count - 1, with: draft)
        return try members == writer.members(of: same)
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
                try old.isStoredPrefix(
                    old.count,
                    of: new,
                    { (left, right) throws(SnapshotError) in
                        if left.verbatim == nil, right.verbatim == nil { return try coding.isSame(left, right) }
                        return try coding.bytes(of: .taken(left)) == coding.bytes(of: .taken(right))
                    }
                )
            else { return false }
        }
        return true
    }
}

extension SharedList {
    /// Tells whether the first elements of this list are stored as those of another list would be.
    fileprivate func isStoredPrefix(
        _ count: Int,
        of other: SharedList,
        _ isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> Bool {
        guard other.count >= count else { return false }
        let shared = sharedPrefixCount(with: other)
        guard shared < count else { return true }
        for position in shared..<count where box(at: position) !== other.box(at: position) {
            guard try isSame(box(at: position), other.box(at: position)) else { return false }
        }
        return true
    }
}
