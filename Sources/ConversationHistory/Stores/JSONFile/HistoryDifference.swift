/// The difference between a snapshot and the stored one.
enum HistoryDifference<Message: HistoryMessage> {
    /// The snapshots are stored alike.
    case none

    /// Records were added, beginning at this position, or the state has changed; all stored lines stay unchanged.
    case tail(HistoryWriter<Message>.Position)

    /// Stored lines differ.
    case lines

    var isNone: Bool { if case .none = self { true } else { false } }
}

/// A stored snapshot, with the encoded parts that other snapshots are compared with.
package struct StoredSnapshot<Message: HistoryMessage>: Sendable {
    package let snapshot: ConversationSnapshot<Message>
    /// The encoded header, for a lineage.
    let header: [UInt8]
    /// The encoded members of the state.
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

    /// Returns how a snapshot differs from this one.
    ///
    /// Skips what the two share. Compares the rest by the bytes that would be written, but ignores the order of
    /// unordered content, such as the elements of a set.
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

    /// Finds the lines of the stored entries in another snapshot.
    ///
    /// - Returns: The number of its entries that have a line once the entry at `late` is written, or `nil` if a stored
    ///   line differs. The entry at `late` has no line yet, although entries after it do, because it was the message in
    ///   progress.
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
        // Either the draft is still in progress, or it was removed and the entries after it have moved up.
        if new.draftPosition == draft { return try isBehind(at: draft + 1) ? (count - 1, nil) : nil }
        guard new.draftPosition.map({ $0 >= count - 1 }) ?? true else { return nil }
        let isThere = draft < new.entries.count && new.entries.box(at: draft).value.id == old.box(at: draft).value.id
        if behind.isEmpty || !isThere { return try isBehind(at: draft) ? (count - 1, nil) : nil }
        guard new.draftPosition != count - 1, behind.count <= EntryCoding<Message>.mostLinesBefore,
            try isBehind(at: draft + 1)
        else { return nil }
        return (count, draft)
    }

    /// Returns whether another snapshot has the stored state.
    private func hasSameMembers(
        as new: ConversationSnapshot<Message>,
        _ newMembers: [UInt8],
        _ writer: HistoryWriter<Message>
    ) throws(SnapshotError) -> Bool {
        if members == newMembers { return true }
        // The members include the message in progress, which may be stored in another order.
        guard Message.self != ChatMessage.self, let position = snapshot.draftPosition, new.draftPosition == position
        else { return false }
        let draft = snapshot.entries.box(at: position)
        guard try writer.coding.isSame(draft, new.entries.box(at: position)) else { return false }
        var same = new
        same.entries.replace(at: position, with: draft)
        return try members == writer.members(of: same)
    }

    /// Returns whether the stored rewinds took the same entries as those of another snapshot.
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
    /// Returns whether the elements of this list are stored like the first elements of another list.
    fileprivate func isStoredPrefix(
        of other: SharedList,
        _ isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> Bool {
        try isStored(0..<count, in: other, at: 0, isSame)
    }

    /// Returns whether elements of this list are stored like those of another list from a position on.
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
