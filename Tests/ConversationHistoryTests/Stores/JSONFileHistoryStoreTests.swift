import ConversationHistory
import TestSupport
import Testing

@Suite struct JSONFileHistoryStoreTests {
    @Test func savesAndLoads() async throws {
        let directory = TemporaryDirectory()
        let path = directory.path + "/chat.json"
        let store = JSONFileHistoryStore(path: path)
        #expect(try await store.load() == nil)
        var snapshot = ConversationSnapshot<ChatMessage>(id: .unique(), title: "Über “alles”")
        for index in 0..<300 {
            try snapshot.append(.user("Hello \(index) \"quoted\" \n é"), isPinned: index % 7 == 0)
            if index % 10 == 0 { try await store.save(snapshot) }
        }
        try await store.save(snapshot)
        let other = JSONFileHistoryStore(path: path)
        #expect(try await other.load() == snapshot)
        await #expect(throws: HistoryStoreError.self) { try await JSONFileHistoryStore(path: path).save(snapshot) }
    }
}
