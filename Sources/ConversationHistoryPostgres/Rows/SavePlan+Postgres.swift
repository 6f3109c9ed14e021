#if PostgreSQL
import ConversationHistory
import ConversationHistoryRows

extension SavePlan {
    /// Returns the commands that write the lists of a conversation within a transaction.
    func commands(for conversation: Int64) -> [PostgresCommand] {
        // Rewinds come first, because the entries that they took are still in the history.
        var commands: [PostgresCommand] = []
        if hasFewerRewinds { commands += PostgresCommand.removeRewinds(in: conversation, after: keptRewinds) }
        for (offset, rewind) in insertedRewinds.enumerated() {
            let list = keptRewinds + offset + 1
            commands.append(.insertRewind(rewind.body, taking: rewind.entryCount, in: conversation, list: list))
            var position = 0
            for taken in rewind.taken {
                switch taken {
                case .shared(let range):
                    commands.append(.copy(range, of: conversation, to: conversation, list: list, at: position))
                    position += range.count
                case .new(let row):
                    commands += PostgresCommand.insert([row], in: conversation, list: list, at: position)
                    position += 1
                }
            }
        }
        commands += PostgresCommand.replace(replacedEntries, in: conversation)
        commands += PostgresCommand.moveEntries(entries, in: conversation)
        commands += PostgresCommand.insert(insertedEntries, in: conversation, at: entries.inserted.lowerBound)
        commands += PostgresCommand.replace(replacedTurns, in: conversation)
        commands += PostgresCommand.moveTurns(turns, in: conversation)
        commands += PostgresCommand.insertTurns(insertedTurns, in: conversation, at: turns.inserted.lowerBound)
        return commands
    }
}
#endif
