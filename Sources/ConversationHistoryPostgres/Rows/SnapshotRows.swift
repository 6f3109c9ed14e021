#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

/// Snapshots assembled from rows.
enum SnapshotRows {
    /// Returns the commands that read a conversation; outside the scope or in the trash, they find only its row.
    static func commands(_ id: ConversationID, _ scope: LibraryScope) -> [PostgresCommand] {
        commands(
            .conversation(id, withHead: true),
            "conversation = (SELECT key FROM conversations WHERE \(PostgresCommand.isLive))",
            PostgresCommand.live(id, scope)
        )
    }

    /// Returns the commands that read a conversation, whatever its owner and even in the trash.
    static func commands(whole id: ConversationID) -> [PostgresCommand] {
        commands(
            .conversation(id, withHead: true),
            "conversation = (SELECT key FROM conversations WHERE id = $1)",
            [.name(id.rawValue)]
        )
    }

    private static func commands(
        _ conversation: PostgresCommand,
        _ condition: String,
        _ parameters: [PostgresValue]
    ) -> [PostgresCommand] {
        [
            conversation,
            PostgresCommand("SELECT body, position FROM turns WHERE \(condition) ORDER BY position", parameters),
            // A server may sort many rows on its disk, so they are sorted here, by numbers.
            PostgresCommand("SELECT body, list, checksum, position FROM entries WHERE \(condition)", parameters),
            PostgresCommand("SELECT body, list, entry_count FROM rewinds WHERE \(condition) ORDER BY list", parameters),
        ]
    }

    /// Returns the command that reads the turns of a conversation.
    static func turns(of id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT body, position FROM turns
            WHERE conversation = (SELECT key FROM conversations WHERE id = $1) ORDER BY position
            """,
            [.name(id.rawValue)]
        )
    }

    /// Returns the snapshot of a row and the results of its commands, the first of which is the row's.
    static func snapshot<Message: HistoryMessage>(
        of row: ConversationRow,
        _ results: [PostgresResult],
        _ coding: SnapshotRowCoding<Message>,
        _ operation: String,
        _ location: String
    ) throws(PostgresFailure) -> ConversationSnapshot<Message> {
        try row.checkSound()
        guard results[1].count == row.turnCount, results[3].count == row.rewindCount else { throw .missingRow }
        // Saves address rewinds by their numbers, so these must have no gap.
        for position in 0..<results[3].count where results[3].list(position) != position + 1 { throw .missingRow }
        var snapshot = try decoding(operation, location) { () throws(SnapshotDecodingError) in
            try coding.snapshot(head: row.head ?? [])
        }
        row.attributes.apply(to: &snapshot)
        snapshot.updated = row.snapshotUpdated
        try append(turns: results[1], to: &snapshot, coding, operation, location)
        // Entries of other lists belong to no rewind; `verify` reports them.
        let lists = Set((0..<results[3].count).map { results[3].list($0) })
        var taken: [Int: SharedList<HistoryEntry<Message>>] = [:]
        let rows = try order(of: results[2], lists)
        for row in rows {
            // Each row is checked and decoded before the next, so that the first damage is the one reported.
            try results[2].check(row, 0, against: 2)
            let list = results[2].list(row)
            try decoding(operation, location) { () throws(SnapshotDecodingError) in
                try results[2].withBytes(row, 0) { (bytes) throws(SnapshotDecodingError) in
                    if list == 0 {
                        try coding.append(entry: bytes, to: &snapshot)
                    } else {
                        try coding.append(entry: bytes, to: &taken[list, default: SharedList()])
                    }
                }
            }
        }
        guard snapshot.entries.count == row.info.entryCount else { throw .missingRow }
        for row in 0..<results[3].count {
            guard try results[3].int(row, 2) == taken[results[3].list(row)]?.count ?? 0 else { throw .missingRow }
        }
        try eachRow(of: results[3], operation, location) { (row, bytes) throws(SnapshotDecodingError) in
            let entries = taken[results[3].list(row)] ?? SharedList()
            try coding.append(rewound: bytes, taking: entries, to: &snapshot)
        }
        return snapshot
    }

    /// Appends turns to a snapshot.
    static func append<Message: HistoryMessage>(
        turns result: PostgresResult,
        to snapshot: inout ConversationSnapshot<Message>,
        _ coding: SnapshotRowCoding<Message>,
        _ operation: String,
        _ location: String
    ) throws(PostgresFailure) {
        for row in 0..<result.count { guard try result.int(row, 1) == row else { throw .missingRow } }
        try eachRow(of: result, operation, location) { (_, bytes) throws(SnapshotDecodingError) in
            try coding.append(turn: bytes, to: &snapshot)
        }
    }

    /// Returns the rows of entries in the order of lists and positions, without those of lists that belong to no
    /// rewind.
    ///
    /// - Throws: `missingRow` unless the positions of each list count up from 0.
    private static func order(of entries: PostgresResult, _ lists: Set<Int>) throws(PostgresFailure) -> [Int] {
        var places: [(list: Int, position: Int, row: Int)] = []
        places.reserveCapacity(entries.count)
        for row in 0..<entries.count {
            let list = entries.list(row)
            if list == 0 || lists.contains(list) { places.append((list, try entries.int(row, 3), row)) }
        }
        places.sort { ($0.list, $0.position) < ($1.list, $1.position) }
        var (list, position) = (-1, 0)
        for place in places {
            (list, position) = place.list == list ? (list, position + 1) : (place.list, 0)
            guard place.position == position else { throw .missingRow }
        }
        return places.map(\.row)
    }

    private static func eachRow(
        of result: PostgresResult,
        _ operation: String,
        _ location: String,
        _ body: (Int, UnsafeRawBufferPointer) throws(SnapshotDecodingError) -> Void
    ) throws(PostgresFailure) {
        try decoding(operation, location) { () throws(SnapshotDecodingError) in
            for row in 0..<result.count {
                try result.withBytes(row, 0) { (bytes) throws(SnapshotDecodingError) in try body(row, bytes) }
            }
        }
    }

    private static func decoding<Result>(
        _ operation: String,
        _ location: String,
        _ body: () throws(SnapshotDecodingError) -> Result
    ) throws(PostgresFailure) -> Result {
        do throws(SnapshotDecodingError) {
            return try body()
        } catch { throw .refused(HistoryStoreError(error, operation: operation, location: location)) }
    }
}

extension PostgresResult {
    /// Returns the number of the list in the second column, which cannot be null.
    fileprivate func list(_ row: Int) -> Int {
        withBytes(row, 1) { bytes in Int(truncatingIfNeeded: bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }) }
    }
}
#endif
