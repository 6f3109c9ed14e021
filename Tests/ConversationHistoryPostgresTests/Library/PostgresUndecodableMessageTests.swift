#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// A message type as an application had it, and as it has it now: under the same name, with a case renamed.
private struct OldNote: HistoryMessage {
    static let formatName = "note"
    enum Body: Codable, Equatable { case said(String), nothing }
    var role = MessageRole.user
    var body: Body
    var searchableText: String { if case .said(let text) = body { text } else { "nothing" } }
}

private struct NewNote: HistoryMessage {
    static let formatName = "note"
    enum Body: Codable, Equatable { case spoke(String), nothing }
    var role = MessageRole.user
    var body: Body
    var searchableText: String { if case .spoke(let text) = body { text } else { "nothing" } }
}

@Suite("A PostgreSQL library whose messages do not decode as the type", .withServer)
struct PostgresUndecodableMessageTests {
    private let secret = "vermilion-halyard"

    /// Fills a library and returns where it is.
    private func fill() async throws -> PostgresConfiguration {
        let configuration = try TestDatabase.configuration()
        let library = try await PostgresConversationLibrary<OldNote>(configuration)
        for (id, body) in [("a", OldNote.Body.said(secret)), ("b", .nothing)] {
            var snapshot = ConversationSnapshot<OldNote>(title: "about \(id)", owner: Owner(user: "me"))
            try snapshot.append(HistoryEntry(.message(OldNote(body: .nothing)), id: "first", date: nil))
            try snapshot.append(HistoryEntry(.message(OldNote(body: body)), id: "u", date: nil))
            try snapshot.append(HistoryEntry(.message(OldNote(body: .nothing)), id: "last", date: nil))
            try await library.store(for: ConversationID(id)).save(snapshot)
        }
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        #expect(try await library.verify().isEmpty)
        await library.close()
        return configuration
    }

    @Test("It is not damaged, and is as it was for the type that wrote it")
    func isNotDamaged() async throws {
        let configuration = try await fill()
        let library = try await PostgresConversationLibrary<NewNote>(configuration)
        let infos = try await library.list(ListRequest()).conversations
        let store = library.store(for: "a")
        for _ in 0..<2 {
            let error = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            #expect(error?.code == .undecodableMessage)
            #expect(error?.undecodableMessage?.entry == "u")
            #expect(error?.undecodableMessage?.messageType == "note")
            #expect(error?.undecodableMessage?.codingPath == ["body"])
            #expect(error?.description.contains(secret) == false)
            let saving = await failure { () throws(HistoryStoreError) in
                try await store.save(ConversationSnapshot(messages: [NewNote(body: .spoke("new"))]))
            }
            // There is a history that this store has not loaded.
            #expect(saving?.code == .conflict)
            let entries = await failure { () throws(HistoryStoreError) in _ = try await library.entries(of: "a") }
            #expect(entries?.code == .undecodableMessage)
            let problems = try await library.verify()
            #expect(problems.map(\.kind) == [.unreadableHistory])
            #expect(problems.first?.conversation == "a")
            #expect(problems.first?.description.contains("\"u\"") == true)
            #expect(try await library.list(ListRequest()).conversations == infos)
            #expect(try await library.info(of: "a").isDamaged == false)
        }
        #expect(try await library.search(SearchRequest(secret)).isEmpty)
        #expect(try await library.search(SearchRequest("nothing", limit: 10)).count == 5)
        #expect(try await library.store(for: "b").load()?.entries.count == 3)
        await library.close()
        let old = try await PostgresConversationLibrary<OldNote>(configuration)
        #expect(try await old.store(for: "a").load()?.entries.count == 3)
        #expect(try await old.verify().isEmpty)
        await old.close()
    }

    @Test("What is damaged behind it is reported as well")
    func andDamaged() async throws {
        let configuration = try await fill()
        let library = try await PostgresConversationLibrary<NewNote>(configuration)
        try await library.execute(
            """
            UPDATE entries SET checksum = 0 FROM conversations
            WHERE conversations.key = conversation AND conversations.id = 'a' AND position = 2
            """
        )
        let problems = try await library.verify()
        #expect(problems.map(\.kind) == [.unreadableHistory, .damagedHistory])
        #expect(problems.allSatisfy { $0.conversation == "a" })
        #expect(try await library.info(of: "a").isDamaged)
        await library.close()
    }
}
#endif
