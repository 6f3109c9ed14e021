#if SQLite
import ConversationHistory

/// Snapshots put together from rows.
extension SQLiteDatabase {
    /// Returns the snapshot of a conversation.
    func snapshot<Message: HistoryMessage>(
        of row: ConversationRow,
        _ coding: SnapshotRowCoding<Message>,
        _ operation: String
    ) throws(SQLiteFailure) -> ConversationSnapshot<Message> {
        var snapshot = try head(of: row, coding, operation)
        var taken: [Int: SharedList<HistoryEntry<Message>>] = [:]
        try withStatement(
            """
            SELECT history.list, entries.body, entries.checksum FROM history JOIN entries ON entries.key = history.entry
            WHERE history.conversation = ?1 ORDER BY history.list, history.position
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                let list = try statement.int(at: 0)
                try statement.check(at: 1)
                try statement.withBytes(at: 1) { bytes throws(SQLiteFailure) in
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
        try withStatement("SELECT list, body FROM rewinds WHERE conversation = ?1 ORDER BY list") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                let entries = taken[try statement.int(at: 0)] ?? SharedList()
                try statement.withBytes(at: 1) { bytes throws(SQLiteFailure) in
                    try decoding(operation) { () throws(SnapshotDecodingError) in
                        try coding.append(rewound: bytes, taking: entries, to: &snapshot)
                    }
                }
            }
        }
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
        try withStatement("SELECT body FROM turns WHERE conversation = ?1 ORDER BY position") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            while try statement.step() {
                try statement.withBytes(at: 0) { bytes throws(SQLiteFailure) in
                    try decoding(operation) { () throws(SnapshotDecodingError) in
                        try coding.append(turn: bytes, to: &snapshot)
                    }
                }
            }
        }
        return snapshot
    }

    /// Runs some decoding, whose failure ends the transaction.
    func decoding<Result>(
        _ operation: String,
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(SQLiteFailure) -> Result {
        do throws(SnapshotDecodingError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: path)) }
    }

    /// Runs some encoding, whose failure ends the transaction.
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
