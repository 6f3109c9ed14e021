#if SQLite
import ConversationHistory
import ConversationHistoryRows

/// The rows of turns and rewinds.
extension SQLiteDatabase {
    /// Stores a turn at a position that is free.
    func insertTurn(_ body: [UInt8], in conversation: Int64, at position: Int) throws(SQLiteFailure) {
        try withStatement("INSERT INTO turns(conversation, position, body) VALUES (?1, ?2, ?3)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            try statement.bind(text: body, at: 3)
            _ = try statement.run()
        }
    }

    /// Gives a conversation that has none the turns of a part of another one.
    func copyTurns(_ range: Range<Int>, of source: Int64, to conversation: Int64) throws(SQLiteFailure) {
        try withStatement(
            """
            INSERT INTO turns(conversation, position, body)
            SELECT ?4, position - ?2, body FROM turns WHERE conversation = ?1 AND position >= ?2 AND position < ?3
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.run(source, Int64(range.lowerBound), Int64(range.upperBound), conversation)
        }
    }

    /// Gives a position another turn.
    func replaceTurn(_ body: [UInt8], in conversation: Int64, at position: Int) throws(SQLiteFailure) {
        try withStatement("UPDATE turns SET body = ?3 WHERE conversation = ?1 AND position = ?2") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            try statement.bind(text: body, at: 3)
            guard try statement.run() == 1 else { throw .missingRow }
        }
    }

    /// Removes a range of the turns, and moves what follows.
    func moveTurns(_ change: RowChange, in conversation: Int64) throws(SQLiteFailure) {
        try withStatement("DELETE FROM turns WHERE conversation = ?1 AND position >= ?2 AND position < ?3") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed)
        }
        let shift = change.inserted.count - change.removed.count
        guard change.tailCount > 0, shift != 0 else { return }
        // By way of negative positions, so that no two rows are ever at the same one.
        try withStatement(
            "UPDATE turns SET position = -1 - (position + ?3) WHERE conversation = ?1 AND position >= ?2"
        ) { (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed.upperBound, shift) }
        try withStatement("UPDATE turns SET position = -1 - position WHERE conversation = ?1 AND position < 0") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation)
        }
    }

    /// Stores a rewind; its entries are those of the list.
    func insertRewind(_ body: [UInt8], in conversation: Int64, list: Int) throws(SQLiteFailure) {
        try withStatement("INSERT INTO rewinds(conversation, list, body) VALUES (?1, ?2, ?3)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(list, at: 2)
            try statement.bind(text: body, at: 3)
            _ = try statement.run()
        }
    }

    /// Removes all rewinds but the first, with what they took.
    func removeRewinds(in conversation: Int64, after list: Int) throws(SQLiteFailure) {
        try withStatement("DELETE FROM rewinds WHERE conversation = ?1 AND list > ?2") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation, Int64(list))
        }
        try withStatement("DELETE FROM history WHERE conversation = ?1 AND list > ?2") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation, Int64(list))
        }
        try removeWordsOfRemovedEntries()
    }
}
#endif
