#if PostgreSQL
import ConversationHistory
import ConversationHistoryRows

/// Commands for the rows of entries, turns and rewinds.
extension PostgresCommand {
    /// The approximate number of bytes of entries in one command.
    private static let byteCount = 4 << 20

    /// Inserts entries into a list, from a position on.
    static func insert(
        _ rows: [EntryRow],
        in conversation: Int64,
        list: Int = 0,
        at position: Int
    ) -> [PostgresCommand] {
        batches(of: rows, \.body).map { range in
            let rows = rows[range]
            return PostgresCommand(
                """
                INSERT INTO entries(conversation, list, position, id, date, is_message, body, checksum, words)
                SELECT $1, $2, $3 + number - 1, id, date, is_message, body, checksum,
                  \(LibrarySchema.words("words"))
                FROM unnest($4, $5, $6, $7, $8, $9) WITH ORDINALITY AS given(id, date, is_message, body, checksum, words, number)
                """,
                [.int(conversation), .int(list), .int(position + range.lowerBound)] + values(rows)
            )
        }
    }

    /// Appends entries to a conversation whose entry count has already been raised.
    static func append(_ rows: [EntryRow], to id: ConversationID) -> [PostgresCommand] {
        batches(of: rows, \.body).map { range in
            PostgresCommand(
                """
                INSERT INTO entries(conversation, list, position, id, date, is_message, body, checksum, words)
                SELECT conversations.key, 0, conversations.entry_count - $2 + given.number - 1, given.id, given.date,
                  given.is_message, given.body, given.checksum, \(LibrarySchema.words("given.words"))
                FROM conversations, unnest($3, $4, $5, $6, $7, $8)
                  WITH ORDINALITY AS given(id, date, is_message, body, checksum, words, number)
                WHERE conversations.id = $1
                """,
                [.name(id.rawValue), .int(rows.count - range.lowerBound)] + values(rows[range])
            )
        }
    }

    /// Fails if a history already has an entry with the id of one of the new entries.
    static func lackingEntries(_ rows: [EntryRow], in id: ConversationID) -> PostgresCommand {
        PostgresCommand(
            """
            SELECT require(NOT EXISTS (
              SELECT FROM entries
              WHERE conversation = (SELECT key FROM conversations WHERE conversations.id = $1) AND list = 0
                AND entries.id = ANY($2)), '\(PostgresState.hasEntry)')
            """,
            [.name(id.rawValue), .names(rows.map(\.id.rawValue))]
        )
    }

    /// Replaces entries at positions of the history; fails if one of them is missing.
    static func replace<Message>(
        _ entries: [SavePlan<Message>.Replacement],
        in conversation: Int64
    ) -> [PostgresCommand] {
        batches(of: entries, \.row.body).map { range in
            let entries = entries[range]
            return requiring(
                "cardinality($2)",
                orElse: PostgresState.missingRow,
                """
                UPDATE entries SET id = given.id, date = given.date, is_message = given.is_message, body = given.body,
                  checksum = given.checksum,
                  words = CASE WHEN given.has_new_words THEN \(LibrarySchema.words("given.words"))
                    ELSE entries.words END
                FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)
                  AS given(position, has_new_words, id, date, is_message, body, checksum, words)
                WHERE entries.conversation = $1 AND entries.list = 0 AND entries.position = given.position
                RETURNING 1
                """,
                [.int(conversation), .ints(entries.map(\.position)), .bools(entries.map(\.hasNewWords))]
                    + values(entries.map(\.row)[...])
            )
        }
    }

    /// Copies a range of a history, in its current state, into a list of a conversation.
    static func copy(
        _ range: Range<Int>,
        of source: Int64,
        to conversation: Int64,
        list: Int,
        at position: Int = 0
    ) -> PostgresCommand {
        PostgresCommand(
            """
            INSERT INTO entries(conversation, list, position, id, date, is_message, body, checksum, words)
            SELECT $4, $5, position - $2 + $6, id, date, is_message, body, checksum, words FROM entries
            WHERE conversation = $1 AND list = 0 AND position >= $2 AND position < $3
            """,
            [
                .int(source), .int(range.lowerBound), .int(range.upperBound), .int(conversation), .int(list),
                .int(position),
            ]
        )
    }

    /// Removes a range of the history, and shifts the following entries for the insertion that follows.
    static func moveEntries(_ change: RowChange, in conversation: Int64) -> [PostgresCommand] {
        move(change, [.int(conversation)], "entries", "conversation = $1 AND list = 0")
    }

    /// Removes a range of the turns, and shifts the following ones.
    static func moveTurns(_ change: RowChange, in conversation: Int64) -> [PostgresCommand] {
        move(change, [.int(conversation)], "turns", "conversation = $1")
    }

    private static func move(
        _ change: RowChange,
        _ conversation: [PostgresValue],
        _ table: String,
        _ condition: String
    ) -> [PostgresCommand] {
        var commands: [PostgresCommand] = []
        if !change.removed.isEmpty {
            commands.append(
                PostgresCommand(
                    "DELETE FROM \(table) WHERE \(condition) AND position >= $2 AND position < $3",
                    conversation + [.int(change.removed.lowerBound), .int(change.removed.upperBound)]
                )
            )
        }
        let shift = change.inserted.count - change.removed.count
        if change.tailCount > 0, shift != 0 {
            // The shift goes through negative positions, so that no two rows ever have the same one.
            commands.append(
                PostgresCommand(
                    "UPDATE \(table) SET position = -1 - (position + $3) WHERE \(condition) AND position >= $2",
                    conversation + [.int(change.removed.upperBound), .int(shift)]
                )
            )
            commands.append(
                PostgresCommand(
                    "UPDATE \(table) SET position = -1 - position WHERE \(condition) AND position < 0",
                    conversation
                )
            )
        }
        return commands
    }

    /// Inserts turns from a position on.
    static func insertTurns(_ bodies: [[UInt8]], in conversation: Int64, at position: Int) -> [PostgresCommand] {
        batches(of: bodies, \.self).map { range in
            PostgresCommand(
                """
                INSERT INTO turns(conversation, position, body)
                SELECT $1, $2 + number - 1, body FROM unnest($3) WITH ORDINALITY AS given(body, number)
                """,
                [.int(conversation), .int(position + range.lowerBound), .byteses(Array(bodies[range]))]
            )
        }
    }

    /// Replaces turns at positions; fails if one of them is missing.
    static func replace(
        _ turns: [(position: Int, body: [UInt8])],
        in conversation: Int64
    ) -> [PostgresCommand] {
        batches(of: turns, \.body).map { range in
            let turns = turns[range]
            return requiring(
                "cardinality($2)",
                orElse: PostgresState.missingRow,
                """
                UPDATE turns SET body = given.body FROM unnest($2, $3) AS given(position, body)
                WHERE turns.conversation = $1 AND turns.position = given.position RETURNING 1
                """,
                [.int(conversation), .ints(turns.map(\.position)), .byteses(turns.map(\.body))]
            )
        }
    }

    /// Inserts a rewind, whose entries are those of the list.
    static func insertRewind(
        _ body: [UInt8],
        taking entryCount: Int,
        in conversation: Int64,
        list: Int
    ) -> PostgresCommand {
        PostgresCommand(
            "INSERT INTO rewinds(conversation, list, entry_count, body) VALUES ($1, $2, $3, $4)",
            [.int(conversation), .int(list), .int(entryCount), .bytes(body)]
        )
    }

    /// Removes all rewinds after a list, and the entries that they took.
    static func removeRewinds(in conversation: Int64, after list: Int) -> [PostgresCommand] {
        ["rewinds", "entries"].map { table in
            PostgresCommand(
                "DELETE FROM \(table) WHERE conversation = $1 AND list > $2",
                [.int(conversation), .int(list)]
            )
        }
    }

    private static func values(_ rows: ArraySlice<EntryRow>) -> [PostgresValue] {
        [
            .names(rows.map(\.id.rawValue)), .dates(rows.map(\.date)), .bools(rows.map(\.isMessage)),
            .byteses(rows.map(\.body)), .ints(rows.map { Int(CRC32.value(of: $0.body)) }),
            .texts(rows.map { EntryWords.distinct($0.words) }),
        ]
    }

    /// Splits items into ranges, so that no command exceeds the server's limit.
    private static func batches<Element>(of items: [Element], _ body: (Element) -> [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var (start, count) = (0, 0)
        for (index, item) in items.enumerated() {
            count += body(item).count
            guard count >= byteCount || index - start == 999 else { continue }
            ranges.append(start..<index + 1)
            (start, count) = (index + 1, 0)
        }
        if start < items.count { ranges.append(start..<items.count) }
        return ranges
    }
}
#endif
