import ConversationHistory
import ConversationHistoryTesting

/// A conversation to measure with, and turns to append to it.
struct Sample {
    /// The conversation, with all its messages in completed turns.
    let snapshot: ConversationSnapshot<ChatMessage>

    var messageCount: Int { snapshot.messages.count }

    /// Makes a conversation that is the same for each run, but for its ids and dates.
    init(messageCount: Int) async throws {
        var source = SampleConversations(seed: UInt64(messageCount))
        let conversation = try await Conversation(
            restoring: InMemoryHistoryStore(),
            policy: ConversationPolicy(saves: .atEnd)
        )
        var left = messageCount
        while left > 0 {
            let messages = source.nextTurn().prefix(left)
            left -= messages.count
            try await conversation.turn(messages[0]) { turn in
                try await turn.append(contentsOf: messages.dropFirst())
            }
        }
        snapshot = conversation.snapshot
    }

    /// Turns of a question and an answer, the same for each sample.
    static func turns(_ count: Int) -> [(question: ChatMessage, answer: ChatMessage)] {
        var source = SampleConversations(seed: 7)
        return (0..<count).map { _ in
            let messages = source.nextTurn()
            return (messages[0], messages[messages.count - 1])
        }
    }
}
