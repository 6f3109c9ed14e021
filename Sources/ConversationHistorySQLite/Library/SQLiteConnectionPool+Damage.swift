#if SQLite
import CConversationHistorySQLite
import ConversationHistory

/// What is noted of conversations that cannot be read, since a list does not try to.
extension SQLiteConnectionPool {
    /// Notes whether a conversation can be read, if that is not what is noted already.
    ///
    /// Best effort: whoever has met the damage is told of it in any case.
    func note(isDamaged: Bool, _ id: ConversationID) async {
        let value: Int64 = isDamaged ? 1 : 0
        do throws(SQLiteFailure) {
            let isNoted = try await read { (database) throws(SQLiteFailure) in
                try database.conversation(id).map { $0.info.isDamaged == isDamaged } ?? true
            }
            if isNoted { return }
            try await write { (database) throws(SQLiteFailure) in
                try database.withStatement("UPDATE conversations SET is_damaged = ?2 WHERE id = ?1") {
                    (statement) throws(SQLiteFailure) in
                    try statement.bind(id.rawValue, at: 1)
                    try statement.bind(value, at: 2)
                    _ = try statement.run()
                }
            }
        } catch {
            // It is noted when somebody meets it the next time.
        }
    }

    /// Reads a conversation, and notes what comes out of that about whether it can be.
    func reading<Result: Sendable>(
        _ id: ConversationID,
        _ body: @Sendable (borrowing SQLiteDatabase) throws(SQLiteFailure) -> (result: Result, wasDamaged: Bool)
    ) async throws(SQLiteFailure) -> Result {
        do throws(SQLiteFailure) {
            let (result, wasDamaged) = try await read(body)
            if wasDamaged { await note(isDamaged: false, id) }
            return result
        } catch {
            if error.damage != nil { await note(isDamaged: true, id) }
            throw error
        }
    }
}

extension SQLiteFailure {
    /// A value that was read is not the one that was written.
    static var damagedValue: SQLiteFailure { .call("sqlite3_column", SQLITE_CORRUPT) }

    /// Whether a value was read that cannot be understood; the database itself is sound.
    var isAboutValue: Bool {
        guard case .call(let failure) = self else { return damage != nil }
        return failure.call == "sqlite3_column"
    }

    /// What the failure says of a history that cannot be read; `nil` if it is about something else.
    var damage: String? {
        switch self {
        case .refused(let error as HistoryStoreError) where error.code != .notFound: error.reason
        case .call(let failure) where [SQLITE_MISMATCH, SQLITE_CORRUPT].contains(failure.primaryCode):
            "A value of it is damaged."
        default: nil
        }
    }
}
#endif
