import ConversationHistory
import TestSupport
import Testing

@Suite struct MessageListTests {
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func leavesOutWhatIsNotAMessage(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        var snapshot = ConversationSnapshot<ChatMessage>()
        var model: [(id: EntryID, text: String?, isPinned: Bool)] = []
        for step in 0..<200 {
            switch Int.random(in: 0..<9, using: &numbers) {
            case 0...3:
                let id = try snapshot.append(.user("\(step)"), isPinned: step % 3 == 0)
                model.append((id, "\(step)", step % 3 == 0))
            case 4:
                let entry = HistoryEntry<ChatMessage>(.action(HistoryAction(name: "\(step)")))
                try snapshot.append(entry)
                model.append((entry.id, nil, false))
            case 5 where !model.isEmpty:
                let position = Int.random(in: model.indices, using: &numbers)
                try snapshot.remove(model[position].id)
                model.remove(at: position)
            case 6 where !model.isEmpty:
                let position = Int.random(in: model.indices, using: &numbers)
                let isMessage = model[position].text == nil
                try snapshot.update(model[position].id) { entry in
                    entry.content = isMessage ? .message(.user("\(step)")) : .other(["kind": 1])
                }
                model[position].text = isMessage ? "\(step)" : nil
            case 7 where model.count > 20:
                snapshot.rewind(to: model.count - 5)
                model.removeLast(5)
            default:
                guard let position = model.indices.randomElement(using: &numbers) else { continue }
                try snapshot.setPinned(true, model[position].id)
                model[position].isPinned = true
            }
            let messages = model.filter { $0.text != nil }
            #expect(snapshot.messages.map(\.text) == messages.map(\.text))
            #expect(Array(snapshot.pinned) == messages.map(\.isPinned))
            #expect(snapshot.messages.indices.map { snapshot.messages.entry(at: $0).id } == messages.map(\.id))
        }
    }

    @Test func listsOfEqualMessagesAreEqual() throws {
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("a"), .assistant("b")])
        let bare = snapshot.messages
        try snapshot.append(HistoryEntry(.action(HistoryAction(name: "seen"))))
        #expect(snapshot.messages == bare)
        try snapshot.append(.user("c"))
        #expect(snapshot.messages != bare)
    }
}
