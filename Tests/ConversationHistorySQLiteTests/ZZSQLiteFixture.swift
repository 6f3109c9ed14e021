#if SQLite
import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite struct ZZSQLiteFixture {
    @Test func make() async throws {
        let library = try await ChatLibrary(path: "/tmp/proto/library-version-3.sqlite")
        let owner = Owner(user: "ada", organization: "analytical")
        _ = try await library.create(NewConversation(id: "first", title: "The first", owner: owner, metadata: ["colour": "blue"], created: Date(timeIntervalSinceReferenceDate: 800_000_000)))
        let conversation = try await library.addConversation("first", turns: 3)
        try await conversation.rewind(toBefore: conversation.snapshot.turns[2].id)
        _ = try await library.fork("first", after: conversation.snapshot.entries[1].id, as: NewConversation(id: "fork"))
        _ = try await library.saveArtifact(Array("old notes".utf8), named: "notes.txt", type: "text/plain", in: "first")
        _ = try await library.saveArtifact(Array("some notes".utf8), named: "notes.txt", type: "text/plain", in: "first")
        try await library.addConversation("deleted")
        try await library.delete("deleted")
        await library.close()
    }
}
#endif
