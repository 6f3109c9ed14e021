#if PostgreSQL
import ConversationHistory

/// What is noted of conversations that cannot be read, since a list does not try to.
extension PostgresConnectionPool {
    /// Notes whether a conversation can be read, if that is not what is noted already.
    ///
    /// Best effort: whoever has met the damage is told of it in any case. It is noted whatever the scope, unless the
    /// server does not show the row.
    func note(isDamaged: Bool, _ id: ConversationID) async {
        let update = PostgresCommand(
            "UPDATE conversations SET is_damaged = $2 WHERE id = $1 AND is_damaged <> $2",
            [.name(id.rawValue), .bool(isDamaged)]
        )
        do throws(PostgresFailure) {
            let found = try await read(.everyone, [.conversation(id)])
            guard let row = try ConversationRow.first(found[0]), row.info.isDamaged != isDamaged else { return }
            _ = try await write(.everyone, [update])
        } catch {
            // It is noted when somebody meets it the next time.
        }
    }

    /// Reads a conversation, and notes what comes out of that about whether it can be.
    func reading<Result: Sendable>(
        _ id: ConversationID,
        _ body: @Sendable (PostgresSession) throws(PostgresFailure) -> (result: Result, wasDamaged: Bool)
    ) async throws(PostgresFailure) -> Result {
        do throws(PostgresFailure) {
            let (result, wasDamaged) = try await read(body)
            if wasDamaged { await note(isDamaged: false, id) }
            return result
        } catch {
            if error.damage != nil { await note(isDamaged: true, id) }
            throw error
        }
    }
}

extension PostgresFailure {
    /// What the failure says of a history that cannot be read; `nil` if it is about something else.
    var damage: String? {
        switch self {
        case .refused(let error as HistoryStoreError) where error.code != .notFound: error.reason
        case .unexpectedValue: "A value of it is damaged."
        default: nil
        }
    }
}
#endif
