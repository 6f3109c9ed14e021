#if PostgreSQL
import ConversationHistory

/// Counts the turns that were saved, by what was returned.
final class SavedTurns: Sendable {
    private let state = Lock((counts: [ConversationID: Int](), isOver: false))

    /// How many turns of each conversation were saved.
    var counts: [ConversationID: Int] { state.withLock { $0.counts } }

    /// How many turns were saved.
    var sum: Int { counts.values.reduce(0, +) }

    /// How many turns of a conversation were saved.
    func count(of id: ConversationID) -> Int { counts[id] ?? 0 }

    /// A turn was saved.
    func add(_ id: ConversationID) { state.withLock { $0.counts[id, default: 0] += 1 } }

    /// Whether no further turn is to be held.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Says that no further turn is to be held.
    func end() { state.withLock { $0.isOver = true } }
}
#endif
