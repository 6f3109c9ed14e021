#if SQLite
import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a save has to write: the difference between two snapshots, encoded before the transaction begins.
struct SavePlan<Message: HistoryMessage>: Sendable {
    /// An entry that a rewind took.
    private enum Taken {
        /// Those of the history as it was before.
        case shared(Range<Int>)
        case new(EntryRow)
    }

    /// A rewind that is new.
    private struct Rewind {
        let body: [UInt8]
        var taken: [Taken] = []
    }

    /// A replaced entry, and whether it is found by other words than before.
    private struct Replacement {
        let position: Int
        let row: EntryRow
        let hasNewWords: Bool
    }

    /// The snapshot without its lists.
    let head: [UInt8]
    let metadata: [UInt8]
    let messageCount: Int
    let entryCount: Int

    private let entries: RowChange
    private var replacedEntries: [Replacement] = []
    private var insertedEntries: [EntryRow] = []
    private let turns: RowChange
    private var replacedTurns: [(position: Int, body: [UInt8])] = []
    private var insertedTurns: [[UInt8]] = []
    /// How many of the rewinds stay as they are, and whether there were more.
    private let keptRewinds: Int
    private let hasFewerRewinds: Bool
    private var insertedRewinds: [Rewind] = []

    /// Compares two snapshots.
    ///
    /// What they share is not looked at; for the rest, what counts are the bytes that would be written.
    init(
        from old: ConversationSnapshot<Message>,
        to new: ConversationSnapshot<Message>,
        _ coding: SnapshotRowCoding<Message>
    ) throws(SnapshotError) {
        head = try coding.head(of: new)
        metadata = try coding.bytes(of: new.metadata)
        messageCount = new.messageCount
        entryCount = new.entries.count

        entries = try old.entries.rowChange(to: new.entries) { box throws(SnapshotError) in try coding.line(of: box) }
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
    var isEmpty: Bool { entries.isEmpty && turns.isEmpty && insertedRewinds.isEmpty && !hasFewerRewinds }

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
            let entries = try old.rewound[position].entries.rowChange(to: new.rewound[position].entries) {
                box throws(SnapshotError) in try coding.line(of: box)
            }
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
        var rewind = Rewind(body: try coding.line(of: box))
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

    // MARK: - Writing

    /// Writes the lists of a conversation, within a transaction.
    func apply(to conversation: Int64, in database: borrowing SQLiteDatabase) throws(SQLiteFailure) {
        try applyRewinds(to: conversation, in: database)
        for replacement in replacedEntries {
            try database.replaceEntry(
                replacement.row,
                in: conversation,
                at: replacement.position,
                hasNewWords: replacement.hasNewWords
            )
        }
        if !entries.removed.isEmpty || entries.tailCount > 0 && !entries.inserted.isEmpty {
            try database.moveEntries(entries, in: conversation)
        }
        for (offset, row) in insertedEntries.enumerated() {
            try database.insertEntry(row, in: conversation, at: entries.inserted.lowerBound + offset)
        }
        for (position, body) in replacedTurns { try database.replaceTurn(body, in: conversation, at: position) }
        if !turns.removed.isEmpty || turns.tailCount > 0 && !turns.inserted.isEmpty {
            try database.moveTurns(turns, in: conversation)
        }
        for (offset, body) in insertedTurns.enumerated() {
            try database.insertTurn(body, in: conversation, at: turns.inserted.lowerBound + offset)
        }
    }

    /// Writes the rewinds, first of all: what they took is still in the history.
    private func applyRewinds(to conversation: Int64, in database: borrowing SQLiteDatabase) throws(SQLiteFailure) {
        if hasFewerRewinds { try database.removeRewinds(in: conversation, after: keptRewinds) }
        for (offset, rewind) in insertedRewinds.enumerated() {
            let list = keptRewinds + offset + 1
            try database.insertRewind(rewind.body, in: conversation, list: list)
            var position = 0
            for taken in rewind.taken {
                switch taken {
                case .shared(let range):
                    try database.shareEntries(range, of: conversation, with: conversation, list: list, at: position)
                    position += range.count
                case .new(let row):
                    try database.insertEntry(row, in: conversation, list: list, at: position)
                    position += 1
                }
            }
        }
    }
}
#endif
