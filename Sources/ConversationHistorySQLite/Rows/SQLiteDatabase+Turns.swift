#if SQLite
import ConversationHistory
import ConversationHistoryRows

/// Access to the rows of turns and rewinds.
extension SQLiteDatabase {
    /// Inserts a turn at a free position.
    func insertTurn(_ body: [UInt8], in conversation: Int64, at position: Int) throws(SQLiteFailure) {
        try withStatement("INSERT INTO turns(conversation, position, body) VALUES (?1, ?2, ?3)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            try statement.bind(text: body, at: 3)
            _ = try statement.run()
        }
    }

    /// Copies a range of turns from one conversation to another one, which must have none.
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

    /// Replaces the turn at a position.
    func replaceTurn(_ body: [UInt8], in conversation: Int64, at position: Int) throws(SQLiteFailure) {
        try withStatement("UPDATE turns SET body = ?3 WHERE conversation = ?1 AND position = ?2") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            try statement.bind(text: body, at: 3)
            guard try statement.run() == 1 else { throw .missingRow }
        }
    }

    /// Removes a range of the turns, and shifts the following turns.
    func moveTurns(_ change: RowChange, in conversation: Int64) throws(SQLiteFailure) {
        try withStatement("DELETE FROM turns WHERE conversation = ?1 AND position >= ?2 AND position < ?3") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed)
        }
        let shift = change.inserted.count - change.removed.count
        guard change.tailCount > 0, shift != 0 else { return }
        // The shift goes through negative positions, so that no two rows ever have the same position.
        try withStatement(
            "UPDATE turns SET position = -1 - (position + ?3) WHERE conversation = ?1 AND position >= ?2"
        ) { (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed.upperBound, shift) }
        try withStatement("UPDATE turns SET position = -1 - position WHERE conversation = ?1 AND position < 0") {
            (statement) throws(SQLiteFailure) in try statement.run(conversation)
        }
    }

    /// Inserts a rewind; its entries are stored in the history under the same list number.
    func insertRewind(_ body: [UInt8], in conversation: Int64, list: Int) throws(SQLiteFailure) {
        try withStatement("INSERT INTO rewinds(conversation, list, body) VALUES (?1, ?2, ?3)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(list, at: 2)
            try statement.bind(text: body, at: 3)
            _ = try statement.run()
        }
    }

    /// Removes the rewinds after a list number, with the entries that they took.
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
