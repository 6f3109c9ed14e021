/// How a snapshot differs from the one that is stored.
enum HistoryDifference<Message: HistoryMessage> {
    /// Not at all.
    case none

    /// There is more of it, or its state changed; all stored lines stay as they are. The first new records are named.
    case tail(HistoryWriter<Message>.Position)

    /// In lines that are stored.
    case lines

    var isNone: Bool { if case .none = self { true } else { false } }
}

/// A snapshot as it is stored, with what is needed to tell how another one differs.
package struct StoredSnapshot<Message: HistoryMessage>: Sendable {
    package let snapshot: ConversationSnapshot<Message>
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
        let coding = writer.coding
        guard header == Self.header(of: new, lineage: lineage, writer: writer),
            let lines = try entryLines(in: new, coding),
            try snapshot.turns.isStoredPrefix(of: new.turns, coding.isSame),
            try snapshot.rewound.isStoredPrefix(of: new.rewound, coding.isSame),
            try hasSameTakenEntries(as: new, coding)
        else { return .lines }
        if try hasSameMembers(as: new, newMembers, writer), lines.late == nil, new.lineEntryCount == lines.count,
            new.turns.count == snapshot.turns.count, new.rewound.count == snapshot.rewound.count
        {
            return .none
        }
        return .tail(
            .init(
                entries: lines.count,
                turns: snapshot.turns.count,
                rewound: snapshot.rewound.count,
                late: lines.late,
                of: new
            )
        )
    }

    /// Tells how the lines of the stored entries stand in another snapshot.
    ///
    /// - Returns: How many entries of it have a line when that of `late` has been written: an entry that had none, as it
    ///   was the message under way, though others stood behind it. `nil` if one of the lines is another one now.
    private func entryLines(
        in new: ConversationSnapshot<Message>,
        _ coding: RecordCoding<Message>
    ) throws(SnapshotError) -> (count: Int, late: Int?)? {
        let (old, count) = (snapshot.entries, snapshot.entries.count)
        guard let draft = snapshot.draftPosition else {
            guard new.draftPosition.map({ $0 >= count }) ?? true,
                try old.isStored(0..<count, in: new.entries, at: 0, coding.isSame)
            else { return nil }
            return (count, nil)
        }
        let behind = draft + 1..<count
        func isBehind(at position: Int) throws(SnapshotError) -> Bool {
            try old.isStored(behind, in: new.entries, at: position, coding.isSame)
        }
        guard try old.isStored(0..<draft, in: new.entries, at: 0, coding.isSame) else { return nil }
        // It is still under way, or it was taken away, and what stood behind it has moved up.
        if new.draftPosition == draft { return try isBehind(at: draft + 1) ? (count - 1, nil) : nil }
        guard new.draftPosition.map({ $0 >= count - 1 }) ?? true else { return nil }
        let isThere = draft < new.entries.count && new.entries.box(at: draft).value.id == old.box(at: draft).value.id
        if behind.isEmpty || !isThere { return try isBehind(at: draft) ? (count - 1, nil) : nil }
        guard new.draftPosition != count - 1, behind.count <= EntryCoding<Message>.mostLinesBefore,
            try isBehind(at: draft + 1)
        else { return nil }
        return (count, draft)
    }

    /// Tells whether the state of another snapshot is the one that is stored.
    private func hasSameMembers(
        as new: ConversationSnapshot<Message>,
        _ newMembers: [UInt8],
        _ writer: HistoryWriter<Message>
    ) throws(SnapshotError) -> Bool {
        if members == newMembers { return true }
        // The message under way is among them.
        guard Message.self != ChatMessage.self, let position = snapshot.draftPosition, new.draftPosition == position
        else { return false }
        let draft = snapshot.entries.box(at: position)
        guard try writer.coding.isSame(draft, new.entries.box(at: position)) else { return false }
        var same = new
        same.entries.replace(at: position, with: draft)
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
                try old.isStoredPrefix(of: new, coding.isSameTaken)
            else { return false }
        }
        return true
    }
}

extension SharedList {
    /// Tells whether the elements of this list are stored as the first ones of another list would be.
    fileprivate func isStoredPrefix(
        of other: SharedList,
        _ isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> Bool {
        try isStored(0..<count, in: other, at: 0, isSame)
    }

    /// Tells whether some elements of this list are stored as those of another list would be from a position on.
    fileprivate func isStored(
        _ range: Range<Int>,
        in other: SharedList,
        at position: Int,
        _ isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> Bool {
        guard other.count - position >= range.count else { return false }
        let offset = position - range.lowerBound
        let shared = offset == 0 ? sharedPrefixCount(with: other) : range.lowerBound
        guard shared < range.upperBound else { return true }
        for index in Swift.max(shared, range.lowerBound)..<range.upperBound
        where box(at: index) !== other.box(at: index + offset) {
            guard try isSame(box(at: index), other.box(at: index + offset)) else { return false }
        }
        return true
    }
}
