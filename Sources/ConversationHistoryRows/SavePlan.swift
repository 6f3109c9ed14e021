package import ConversationHistory
package import ConversationHistoryLibrary

/// The rows that a save must write: the difference between two snapshots, encoded before the transaction begins.
package struct SavePlan<Message: HistoryMessage>: Sendable {
    /// The entries that a rewind took.
    package enum Taken {
        /// Entries at these positions of the old history.
        case shared(Range<Int>)
        case new(EntryRow)
    }

    /// A new rewind.
    package struct Rewind {
        package let body: [UInt8]
        package let entryCount: Int
        package fileprivate(set) var taken: [Taken] = []
    }

    /// A replaced entry, and whether its search words changed.
    package struct Replacement {
        package let position: Int
        package let row: EntryRow
        package let hasNewWords: Bool
    }

    /// The snapshot without its lists.
    package let head: [UInt8]
    package let metadata: [UInt8]
    package let messageCount: Int
    package let entryCount: Int
    package let turnCount: Int
    package let rewindCount: Int

    package let entries: RowChange
    package private(set) var replacedEntries: [Replacement] = []
    package private(set) var insertedEntries: [EntryRow] = []
    package let turns: RowChange
    package private(set) var replacedTurns: [(position: Int, body: [UInt8])] = []
    package private(set) var insertedTurns: [[UInt8]] = []
    /// The number of unchanged rewinds at the beginning of the list.
    package let keptRewinds: Int
    package let hasFewerRewinds: Bool
    package private(set) var insertedRewinds: [Rewind] = []

    /// Compares two snapshots.
    ///
    /// Elements that the snapshots share are not compared. Others are compared by the bytes to be written, except for
    /// the order of unordered values.
    package init(
        from old: ConversationSnapshot<Message>,
        to new: ConversationSnapshot<Message>,
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) {
        head = try new.encodedHead()
        metadata = try coding.bytes(of: new.metadata)
        messageCount = new.messageCount
        entryCount = new.entries.count
        turnCount = new.turns.count
        rewindCount = new.rewound.count

        entries = try old.entries.rowChange(to: new.entries, where: coding.isSame)
        for position in entries.replaced {
            let row = try EntryRow(new.entries.box(at: position), coding)
            let hasNewWords = EntryRow.words(of: old.entries[position]) != row.words
            replacedEntries.append(Replacement(position: position, row: row, hasNewWords: hasNewWords))
        }
        for position in entries.inserted {
            insertedEntries.append(try EntryRow(new.entries.box(at: position), coding))
        }

        turns = try old.turns.rowChange(to: new.turns) { box throws(SnapshotError) in try coding.line(of: box) }
        for position in turns.replaced {
            replacedTurns.append((position, try coding.line(of: new.turns.box(at: position))))
        }
        for position in turns.inserted { insertedTurns.append(try coding.line(of: new.turns.box(at: position))) }

        keptRewinds = try Self.keptRewinds(from: old, to: new, coding)
        hasFewerRewinds = keptRewinds < old.rewound.count
        for position in keptRewinds..<new.rewound.count {
            insertedRewinds.append(try Self.rewind(new.rewound.box(at: position), old, coding))
        }
    }

    /// Whether the lists are unchanged.
    package var isEmpty: Bool { entries.isEmpty && turns.isEmpty && insertedRewinds.isEmpty && !hasFewerRewinds }

    /// Returns whether saving a snapshot would change nothing compared to the last known state.
    package func changesNothing(
        saving new: ConversationSnapshot<Message>,
        onto old: ConversationSnapshot<Message>,
        head oldHead: [UInt8],
        _ oldAttributes: ConversationAttributes
    ) -> Bool {
        isEmpty && head == oldHead && new.updated == old.updated
            && ConversationAttributes(new).isSame(as: oldAttributes)
    }

    // MARK: - Comparing

    private static func keptRewinds(
        from old: ConversationSnapshot<Message>,
        to new: ConversationSnapshot<Message>,
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) -> Int {
        let change = try old.rewound.rowChange(to: new.rewound) { box throws(SnapshotError) in
            try coding.line(of: box)
        }
        var count = change.replaced.first ?? change.removed.lowerBound
        for position in 0..<count where old.rewound.box(at: position) !== new.rewound.box(at: position) {
            let entries = try old.rewound[position].entries
                .rowChange(to: new.rewound[position].entries, where: coding.isSame)
            if !entries.isEmpty {
                count = position
                break
            }
        }
        return count
    }

    private static func rewind(
        _ box: SharedList<RewoundHistory<Message>>.Box,
        _ old: ConversationSnapshot<Message>,
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) -> Rewind {
        var rewind = Rewind(body: try coding.line(of: box), entryCount: box.value.entries.count)
        let (start, entries) = (box.value.position, box.value.entries)
        for offset in entries.indices {
            let entry = entries.box(at: offset)
            let position = start + offset
            // Usually the rewind shares these entries with the old history, at the same positions.
            guard old.entries.indices.contains(position), old.entries.box(at: position) === entry else {
                rewind.taken.append(.new(try EntryRow(entry, coding)))
                continue
            }
            if case .shared(let range)? = rewind.taken.last, range.upperBound == position {
                rewind.taken[rewind.taken.count - 1] = .shared(range.lowerBound..<position + 1)
            } else {
                rewind.taken.append(.shared(position..<position + 1))
            }
        }
        return rewind
    }
}

/// The difference between the rows of two lists.
///
/// The replaced rows come first; behind them rows are either removed or inserted, never both, and the tail keeps its
/// content.
package struct RowChange: Hashable, Sendable {
    /// The positions with changed content.
    package var replaced: [Int] = []

    /// The positions of the removed rows in the old list.
    package var removed = 0..<0

    /// The positions of the inserted rows in the new list, which begin where the removed ones did.
    package var inserted = 0..<0

    /// The number of rows behind the removed or inserted ones.
    package var tailCount = 0

    /// Whether the lists have the same rows.
    package var isEmpty: Bool { replaced.isEmpty && removed.isEmpty && inserted.isEmpty }
}

extension SharedList {
    /// Returns the difference between the rows of this list and those of another.
    ///
    /// Elements that the lists share are not compared; others are compared by their lines.
    package func rowChange(
        to new: SharedList,
        _ line: (Box) throws(SnapshotError) -> [UInt8]
    ) throws(SnapshotError) -> RowChange {
        try rowChange(to: new, where: { (left, right) throws(SnapshotError) in try line(left) == line(right) })
    }

    /// Returns the difference between the rows of this list and those of another.
    ///
    /// - Parameter isSame: Returns whether two elements have the same stored form; not called for shared elements.
    package func rowChange(
        to new: SharedList,
        where isSame: (Box, Box) throws(SnapshotError) -> Bool
    ) throws(SnapshotError) -> RowChange {
        let start = sharedPrefixCount(with: new)
        var change = RowChange()
        let most = Swift.min(count, new.count) - start
        while change.tailCount < most,
            box(at: endIndex - 1 - change.tailCount) === new.box(at: new.endIndex - 1 - change.tailCount)
        {
            change.tailCount += 1
        }
        let (oldEnd, newEnd) = (endIndex - change.tailCount, new.endIndex - change.tailCount)
        let common = Swift.min(oldEnd, newEnd)
        for position in start..<common {
            let (old, new) = (box(at: position), new.box(at: position))
            if old !== new, try !isSame(old, new) { change.replaced.append(position) }
        }
        change.removed = common..<oldEnd
        change.inserted = common..<newEnd
        return change
    }
}
