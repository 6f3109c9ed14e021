#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

/// Assembly of snapshots from rows.
extension SQLiteDatabase {
    /// Returns the snapshot of a conversation.
    ///
    /// - Throws: ``SQLiteFailure/damagedValue`` also if a required row is missing: an entry of the history, or a row
    ///   that has others after it. No turn count is stored, so losing the last turn goes undetected.
    func snapshot<Message: HistoryMessage>(
        of row: ConversationRow,
        _ coding: SnapshotRowCoding<Message>,
        _ operation: String
    ) throws(SQLiteFailure) -> ConversationSnapshot<Message> {
        var snapshot = try head(of: row, coding, operation)
        var taken: [Int: SharedList<HistoryEntry<Message>>] = [:]
        try withStatement(
            """
            SELECT history.list, history.position, entries.body, entries.checksum
            FROM history JOIN entries ON entries.key = history.entry
            WHERE history.conversation = ?1 ORDER BY history.list, history.position
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                let list = try statement.int(at: 0)
                let count = list == 0 ? snapshot.entries.count : taken[list]?.count ?? 0
                guard try statement.int(at: 1) == count else { throw .damagedValue }
                try statement.check(at: 2)
                try statement.withBytes(at: 2) { bytes throws(SQLiteFailure) in
                    try decoding(operation) { () throws(SnapshotDecodingError) in
                        if list == 0 {
                            try coding.append(entry: bytes, to: &snapshot)
                        } else {
                            try coding.append(entry: bytes, to: &taken[list, default: SharedList()])
                        }
                    }
                }
            }
        }
        guard snapshot.entries.count == row.info.entryCount else { throw .damagedValue }
        try withStatement("SELECT list, body FROM rewinds WHERE conversation = ?1 ORDER BY list") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                let list = snapshot.rewound.count + 1
                guard try statement.int(at: 0) == list else { throw .damagedValue }
                // The rewind itself stores how many entries it took, and decoding checks that.
                let entries = taken.removeValue(forKey: list) ?? SharedList()
                try statement.withBytes(at: 1) { bytes throws(SQLiteFailure) in
                    try decoding(operation) { () throws(SnapshotDecodingError) in
                        try coding.append(rewound: bytes, taking: entries, to: &snapshot)
                    }
                }
            }
        }
        // Entries remain whose rewind is missing.
        guard taken.isEmpty else { throw .damagedValue }
        return snapshot
    }

    /// Returns the snapshot of a conversation without its entries and rewinds.
    func head<Message: HistoryMessage>(
        of row: ConversationRow,
        _ coding: SnapshotRowCoding<Message>,
        _ operation: String
    ) throws(SQLiteFailure) -> ConversationSnapshot<Message> {
        try row.checkSound()
        var snapshot = try decoding(operation) { () throws(SnapshotDecodingError) in
            try coding.snapshot(head: row.head ?? [])
        }
        row.attributes.apply(to: &snapshot)
        snapshot.updated = row.snapshotUpdated
        try withStatement("SELECT position, body FROM turns WHERE conversation = ?1 ORDER BY position") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                guard try statement.int(at: 0) == snapshot.turns.count else { throw .damagedValue }
                try statement.withBytes(at: 1) { bytes throws(SQLiteFailure) in
                    try decoding(operation) { () throws(SnapshotDecodingError) in
                        try coding.append(turn: bytes, to: &snapshot)
                    }
                }
            }
        }
        return snapshot
    }

    /// Runs a decoding closure, and turns its error into a failure that rolls back the transaction.
    func decoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(SQLiteFailure) -> Result {
        do throws(SnapshotDecodingError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: path)) }
    }

    /// Runs an encoding closure, and turns its error into a failure that rolls back the transaction.
    func encoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotError) -> Result
    ) throws(SQLiteFailure) -> Result {
        do throws(SnapshotError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: path)) }
    }
}
#endif
