#if SQLite
import ConversationHistory
import ConversationHistoryRows

extension SavePlan {
    /// Writes the changed lists of a conversation, within a transaction.
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

    /// Writes the rewinds, which must come first, while the entries that they took are still in the history.
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
