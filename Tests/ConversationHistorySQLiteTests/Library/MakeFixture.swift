#if SQLite
import ConversationHistory
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite struct MakeFixture {
    @Test func make() async throws {
        let directory = TemporaryDirectory()
        let library = try await directory.openLibrary()
        let mine = library.scoped(to: Owner(user: "ada", organization: "analytical"))
        _ = try await mine.create(NewConversation(id: "first", title: "The first", metadata: ["colour": "blue"]))
        let conversation = try await Conversation(restoring: mine.store(for: "first"))
        for number in 0..<3 { try await conversation.addTurn(number) }
        try await conversation.rewind(toBefore: conversation.snapshot.turns[2].id)
        _ = try await mine.saveArtifact(Array("some notes".utf8), named: "notes.txt", type: "text/plain", in: "first")
        _ = try await mine.fork("first", after: conversation.snapshot.entries[1].id, as: NewConversation(id: "fork"))
        _ = try await library.create(NewConversation(id: "deleted"))
        try await library.delete("deleted")
        try await library.backUp(to: "/work/wt-sqlitelib/Fixtures/sqlite/library-version-1.sqlite")
    }
}
#endif
