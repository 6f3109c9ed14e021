import ConversationHistory
import ConversationHistoryLibrary
import Testing

@Suite struct EntryRequestTests {
    @Test(arguments: [
        (0, 3, 0..<3, 7..<10), (2, 3, 2..<5, 5..<8), (8, 5, 8..<10, 0..<2), (10, 1, 10..<10, 0..<0),
        (11, 1, 10..<10, 0..<0), (0, 0, 0..<0, 10..<10), (0, 10, 0..<10, 0..<10), (-3, 2, 0..<2, 8..<10),
        (1, -1, 1..<1, 9..<9), (.max, .max, 10..<10, 0..<0), (1, .max, 1..<10, 0..<9), (.min, .min, 0..<0, 10..<10),
    ])
    func ranges(_ offset: Int, _ limit: Int, _ oldest: Range<Int>, _ newest: Range<Int>) {
        #expect(EntryRequest(offset: offset, limit: limit).range(of: 10) == oldest)
        #expect(EntryRequest(from: .newest, offset: offset, limit: limit).range(of: 10) == newest)
    }

    @Test func nothingOfNothing() {
        for edge in [EntryRequest.Edge.oldest, .newest] {
            #expect(EntryRequest(from: edge, offset: 3, limit: 3).range(of: 0) == 0..<0)
        }
    }

    @Test func messagesAreCountedAlone() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        for number in 0..<6 {
            let content: HistoryEntry<ChatMessage>.Content =
                number % 2 == 0 ? .message(.user("\(number)")) : .action(HistoryAction(name: "\(number)"))
            try snapshot.append(HistoryEntry(content, id: EntryID("\(number)"), date: nil))
        }
        let all = EntryRequest(from: .newest, offset: 1, limit: 2).page(of: snapshot)
        #expect(all.entries.map(\.id) == ["3", "4"] && all.totalCount == 6)
        let messages = EntryRequest(from: .newest, offset: 1, limit: 2, messagesOnly: true).page(of: snapshot)
        #expect(messages.entries.map(\.id) == ["0", "2"] && messages.totalCount == 3)
    }
}
