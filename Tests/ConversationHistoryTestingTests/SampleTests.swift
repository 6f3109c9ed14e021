import ConversationHistory
import ConversationHistoryTesting
import Testing

@Suite struct SampleTests {
    @Test func sameSeedSameConversation() {
        let first = SampleConversations.messages(200, seed: 5)
        #expect(first == SampleConversations.messages(200, seed: 5))
        #expect(first != SampleConversations.messages(200, seed: 6))
        #expect(Array(first.prefix(120)) == SampleConversations.messages(120, seed: 5))
        #expect(SampleConversations.messages(0).isEmpty)
    }

    @Test func everyCallHasAResult() {
        let messages = SampleConversations.messages(1_000)
        var open: [String] = []
        var known: Set<String> = []
        for message in messages.dropLast(2) {
            #expect(open == message.toolResultIDs)
            open = message.toolCallIDs
            for id in open { #expect(known.insert(id).inserted) }
        }
    }

    @Test func turnsBeginWithARequestAndEndWithAnAnswer() {
        var source = SampleConversations(seed: 3)
        for _ in 0..<50 {
            let turn = source.nextTurn()
            #expect(turn.first?.role == .user && turn.last?.role == .assistant)
            #expect(turn.last?.toolCalls.isEmpty == true)
            #expect(turn.count { $0.role == .user } == 1)
        }
    }

    @Test func messagesAreAsLargeAsRealOnes() throws {
        let snapshot = SampleConversations.snapshot(messageCount: 2_000)
        let bytes = try snapshot.encoded()
        #expect((1_200...1_800).contains(bytes.count / 2_000))
        let backslashes = bytes.count { $0 == UInt8(ascii: "\\") }
        #expect((15...35).contains(bytes.count / backslashes))
        let requests = snapshot.messages.filter { $0.role == .user }
        let requestBytes = requests.reduce(0) { $0 + $1.text.utf8.count }
        #expect((150...260).contains(requestBytes / requests.count))
        #expect((10...100).contains(snapshot.pinned.count { $0 }))
    }

    @Test func everyKindOfMessageCanBeStored() throws {
        var snapshot = ConversationSnapshot<ChatMessage>()
        for message in SampleConversations.everyKindOfMessage { try snapshot.append(message, date: nil) }
        let decoded = try ConversationSnapshot<ChatMessage>(decoding: try snapshot.encoded())
        #expect(decoded == snapshot)
        #expect(try decoded.encoded() == snapshot.encoded())
    }

    @Test func nestedValuesAreAsDeepAsAsked() {
        for depth in [0, 1, 2, 511, 512] { #expect(SampleConversations.nested(depth).depth == depth) }
    }

    @Test func snapshotsDiffer() throws {
        let samples = SampleConversations.messages(12)
        let snapshots = try SampleSnapshots.all(of: samples)
        for (number, left) in snapshots.enumerated() {
            for right in snapshots[(number + 1)...] { #expect(left.snapshot != right.snapshot) }
        }
        let full = try SampleSnapshots.full(of: samples)
        #expect(full.turns.count == 2 && !full.metadata.isEmpty && full.owner != nil && full.origin != nil)
        #expect(full.entries.contains { $0.action != nil } && full.entries.contains { $0.summary != nil })
        #expect(full.entries.contains { $0.isPinned } && full.entries.contains { $0.isIncomplete })
    }
}
