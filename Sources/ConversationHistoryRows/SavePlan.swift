package import ConversationHistory
package import ConversationHistoryLibrary

/// What a save has to write: the difference between two snapshots, encoded before the transaction begins.
package struct SavePlan<Message: HistoryMessage>: Sendable {
    /// An entry that a rewind took.
    package enum Taken {
        /// Those of the history as it was before.
        case shared(Range<Int>)
        case new(EntryRow)
    }

    /// A rewind that is new.
    package struct Rewind {
        package let body: [UInt8]
        package let entryCount: Int
        package fileprivate(set) var taken: [Taken] = []
    }

    /// A replaced entry, and whether it is found by other words than before.
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
    /// How many of the rewinds stay as they are, and whether there were more.
    package let keptRewinds: Int
    package let hasFewerRewinds: Bool
    package private(set) var insertedRewinds: [Rewind] = []

    /// Compares two snapshots.
    ///
    /// What they share is not looked at; for the rest, what counts are the bytes that would be written, but not the
    /// order of what is kept in no order.
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

    /// Whether nothing of the lists changes.
    package var isEmpty: Bool { entries.isEmpty && turns.isEmpty && insertedRewinds.isEmpty && !hasFewerRewinds }

    /// Whether saving a snapshot would change nothing at all of what was seen last.
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
            // Mostly these are the very entries that were stored where the rewind took them from.
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

/// How the rows of one list become those of another.
///
/// The replaced rows come first; behind them some rows are removed or some are inserted, never both, and what follows
/// keeps its content.
package struct RowChange: Hashable, Sendable {
    /// The positions at which the content is another.
    package var replaced: [Int] = []

    /// The positions of the rows that are removed, as they were before.
    package var removed = 0..<0

    /// The positions of the rows that are inserted, as they are afterwards; they begin where the removed ones did.
    package var inserted = 0..<0

    /// How many rows stand behind what is removed or inserted.
    package var tailCount = 0

    /// Whether nothing changes.
    package var isEmpty: Bool { replaced.isEmpty && removed.isEmpty && inserted.isEmpty }
}

extension SharedList {
    /// Returns how the rows of this list become those of another.
    ///
    /// What the two share is not looked at; for the rest, what counts are the bytes that would be written.
    package func rowChange(
        to new: SharedList,
        _ line: (Box) throws(SnapshotError) -> [UInt8]
    ) throws(SnapshotError) -> RowChange {
        try rowChange(to: new, where: { (left, right) throws(SnapshotError) in try line(left) == line(right) })
    }

    /// Returns how the rows of this list become those of another.
    ///
    /// - Parameter isSame: Whether two elements are stored alike; elements that the lists share are not asked about.
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
