#if PostgreSQL
import ConversationHistory
@testable import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// What a program holds that the server has forgotten: it goes on from an earlier state, and gives its numbers out again.
@Suite("PostgreSQL servers that have lost commits", .withOwnServer, .serialized, .hangGuard)
struct PostgresLostCommitTests {
    /// Changes that a program makes after the server has lost the last one that it knows of.
    enum Change: String, CaseIterable, Sendable {
        case turn, append, pin, edit, removal, rewind, title, sameAgain

        var id: ConversationID { ConversationID(rawValue) }

        func make(in conversation: Conversation<ChatMessage>, of library: ChatLibrary) async throws {
            let snapshot = conversation.snapshot
            switch self {
            case .turn: try await conversation.addTurn(9)
            case .append: _ = try await conversation.append(.user("one more"))
            case .pin: try await conversation.pin(snapshot.entries[0].id)
            case .edit: try await conversation.edit(snapshot.entries[0].id) { $0.content = .message(.user("another")) }
            case .removal: try await conversation.remove(snapshot.entries[1].id)
            case .rewind: try await conversation.rewind(toBefore: snapshot.turns[1].id)
            case .title: try await conversation.setTitle("Title")
            case .sameAgain: try await conversation.save()
            }
        }
    }

    /// The conversations, each with two turns; the second of them is what the server loses.
    private func begin(_ library: ChatLibrary) async throws -> [Change: Conversation<ChatMessage>] {
        var conversations: [Change: Conversation<ChatMessage>] = [:]
        for change in Change.allCases {
            conversations[change] = try await library.addConversation(change.id)
        }
        return conversations
    }

    /// Has another program hold another turn where the lost one was, then goes on as if nothing had happened.
    private func goOn(
        with conversations: [Change: Conversation<ChatMessage>],
        _ library: ChatLibrary,
        beside other: ChatLibrary
    ) async throws {
        for change in Change.allCases {
            try await Conversation(restoring: other.store(for: change.id)).addTurn(100)
        }
        for (change, conversation) in conversations {
            let stored = try await other.store(for: change.id).load()
            let revision = "SELECT revision FROM conversations WHERE id = '\(change.rawValue)'"
            #expect(try await other.number(revision) == 3, "the number is the one that was lost")
            await #expect(throws: (any Error).self, "\(change)") {
                try await change.make(in: conversation, of: library)
            }
            #expect(try await other.store(for: change.id).load() == stored, "\(change)")
        }
        #expect(try await other.verify() == [])
    }

    @Test("After a failover that lost a commit, no change is saved onto a state that was never seen")
    func asynchronousStandby() async throws {
        let primary = try PostgresServer()
        let standby = try PostgresServer(standbyOf: primary)
        let hosts = "127.0.0.1:\(primary.port),127.0.0.1:\(standby.port)"
        let login = "\(PostgresServer.user):\(PostgresServer.password)"
        var configuration = try TestDatabase.configuration(
            url: "postgresql://\(login)@\(hosts)/postgres?target_session_attrs=read-write"
        )
        configuration.durability = .full
        let library = try await ChatLibrary(configuration)
        let conversations = try await begin(library)
        try primary.waitUntilCaughtUp(standby)
        try standby.loseContact()
        for conversation in conversations.values { try await conversation.addTurn(1) }
        let created = try await library.addConversation("created")
        try primary.kill()
        try standby.promote()
        let schema = configuration.schema
        let other = try await ChatLibrary(TestDatabase.configuration(url: standby.url, schema: schema))
        try await goOn(with: conversations, library, beside: other)
        // What the server has forgotten altogether is not made anew by a late save.
        await #expect(throws: (any Error).self) { try await created.addTurn(1) }
        try await other.addConversation("created")
        await #expect(throws: (any Error).self) { try await created.addTurn(1) }
        #expect(try await other.info(of: "created").entryCount == 2)
    }

    @Test("After a dump was restored under a running program, no change is saved onto a state that was never seen")
    func restoredDump() async throws {
        let server = try PostgresServer.own()
        let library = try await ChatLibrary(TestDatabase.configuration(url: server.url))
        let schema = library.pool.configuration.schema
        let directory = TemporaryDirectory()
        let conversations = try await begin(library)
        try server.dump(schema, to: directory.path("dump.sql"))
        for conversation in conversations.values { try await conversation.addTurn(1) }
        try server.execute("DROP SCHEMA \(PostgresSettings.quoted(schema)) CASCADE")
        try server.runFile(directory.path("dump.sql"), in: "postgres")
        try await goOn(with: conversations, library, beside: try await library.reopened())
    }

    @Test("A save of what is stored already finds out that something else is")
    func unchanged() async throws {
        let library = try await TestDatabase.openLibrary()
        let store = library.store(for: "a")
        let snapshot = ConversationSnapshot(messages: [ChatMessage.user("question")])
        try await store.save(snapshot)
        // As after a failover: the number is the same, what stands there is another's.
        try await library.execute("UPDATE conversations SET stamp = stamp # 1")
        let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
        #expect(error?.code == .conflict)
    }
}
#endif
