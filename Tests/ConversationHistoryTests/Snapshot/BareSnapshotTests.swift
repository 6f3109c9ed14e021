import ConversationHistory
import Testing

/// Snapshots of bare messages and pins.
@Suite struct BareSnapshotTests {
    private let messages: [ChatMessage] = [.system("Be brief."), .user("Hello"), .assistant("Hi")]

    @Test func equalMessagesAndPinsAreEqualSnapshots() throws {
        let snapshot = try ConversationSnapshot(messages: messages, pinned: [true, false, false])
        #expect(try ConversationSnapshot(messages: messages, pinned: [true, false, false]) == snapshot)
        #expect(try ConversationSnapshot(messages: messages, pinned: [false, false, false]) != snapshot)
        #expect(try ConversationSnapshot(messages: messages.dropLast(), pinned: [true, false]) != snapshot)
        #expect(
            try ConversationSnapshot(messages: messages, pinned: [false, false, false])
                == ConversationSnapshot(messages: messages)
        )
    }

    @Test func holdsWhatItWasGiven() throws {
        let snapshot = try ConversationSnapshot(messages: messages, pinned: [true, false, true])
        #expect(Array(snapshot.messages) == messages)
        #expect(Array(snapshot.pinned) == [true, false, true])
        #expect(snapshot.entries.map(\.id) == ["1", "2", "3"])
        #expect(snapshot.entries.allSatisfy { $0.date == nil })
        #expect(snapshot.id == nil && snapshot.created == nil && snapshot.title == nil)
    }

    @Test(arguments: [[], [true], [true, true, true, true]])
    func pinsMustBeAsManyAsMessages(_ pinned: [Bool]) {
        #expect { try ConversationSnapshot(messages: messages, pinned: pinned) } throws: { error in
            (error as? SnapshotError)?.code == .lengthMismatch
        }
    }

    @Test func noMessages() throws {
        let snapshot = try ConversationSnapshot<ChatMessage>(messages: [], pinned: [])
        #expect(snapshot == ConversationSnapshot())
        #expect(snapshot.messages.isEmpty && snapshot.pinned.isEmpty)
    }
}
