package import ConversationHistory
package import ConversationHistoryLibrary
import Testing

/// A library that an earlier version of the package made, for any kind of storage.
package enum LibraryFixture {
    /// Returns the path of a fixture in the repository, which must never be changed.
    package static func path(_ name: String) -> String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return root.joined(separator: "/") + "/Fixtures/" + name
    }

    /// Checks the content of a fixture, searches it, and adds a turn to it.
    package static func expectWhole(_ library: some ConversationLibrary<ChatMessage>) async throws {
        #expect(try await library.verify() == [])
        let infos = try await library.list(ListRequest(order: .oldestFirst)).conversations
        try #require(infos.map(\.id) == ["first", "fork"])
        #expect(infos[0].title == "The first")
        #expect(infos[0].owner == Owner(user: "ada", organization: "analytical"))
        #expect(infos[0].metadata == ["colour": "blue"])
        #expect(infos[1].origin?.conversation == "first")
        #expect(infos.map(\.entryCount) == [4, 2])
        #expect(try await library.search(SearchRequest("answer 1")).map(\.conversation) == ["first"])
        #expect(try await library.artifact(named: "notes.txt", in: "first").text == "some notes")
        #expect(try await library.info(of: "deleted").deleted != nil)
        let conversation = try await Conversation(restoring: library.store(for: "first"))
        #expect(conversation.snapshot.rewound.count == 1)
        try await conversation.addTurn(2)
        #expect(try await library.info(of: "first").entryCount == 6)
        #expect(try await library.verify() == [])
    }
}
