import ConversationHistory
import TestSupport
import Testing

@Suite struct ConversationTests {
    @Test func theUsersMessageIsSavedBeforeTheLoopAndTheTurnBeforeTheReturn() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path + "/chat.json"
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        let answer = try await conversation.turn("Plan a trip") { turn in
            let stored = try await JSONFileHistoryStore(path: path).load()
            #expect(stored?.messages.map(\.text) == ["Plan a trip"])
            #expect(stored?.openTurn?.id == turn.id)
            #expect(turn.messages == [.user("Plan a trip")])
            try await turn.append(.assistant("To Tokyo"))
            return "To Tokyo"
        }
        #expect(answer == "To Tokyo")
        let stored = try #require(try await JSONFileHistoryStore(path: path).load())
        #expect(stored == conversation.snapshot)
        #expect(stored.turns.map(\.outcome) == [.completed])
        #expect(stored.turns.first?.entries == 0..<2)
        let restored = try await Conversation(restoring: JSONFileHistoryStore(path: path))
        #expect(restored.messages.map(\.text) == ["Plan a trip", "To Tokyo"])
        #expect(restored.id == conversation.id)
    }
}
