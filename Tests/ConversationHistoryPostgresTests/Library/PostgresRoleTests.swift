#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library and a role that may not see everything", .withOwnServer)
struct PostgresRoleTests {
    private static let number = Lock(0)

    let library: ChatLibrary
    let role: String
    let ada = Owner(user: "ada", organization: "analytical")
    let bob = Owner(user: "bob", organization: "analytical")

    /// A library with a conversation of each of two owners and one of nobody, and a role that may use it.
    init() async throws {
        let number = Self.number.withLock { number in
            number += 1
            return number
        }
        role = "role \"\(OwnProcess.identifier)\" \(number)"
        library = try await ChatLibrary(TestDatabase.configuration(url: PostgresServer.own().url))
        try await library.execute("CREATE ROLE \(PostgresSettings.quoted(role)) LOGIN")
        for (id, owner) in [("ada's", ada), ("bob's", bob), ("nobody's", nil)] as [(ConversationID, Owner?)] {
            _ = try await library.create(NewConversation(id: id, owner: owner))
            try await library.addConversation(id, turns: 2)
            _ = try await library.saveArtifact([1, 2, 3], named: "file", in: id)
            let conversation = try await Conversation(restoring: library.store(for: id))
            try await conversation.rewind(toBefore: conversation.snapshot.turns[1].id)
        }
        _ = try await library.create(NewConversation(id: "bob's deleted", owner: bob))
        try await library.delete("bob's deleted")
    }

    /// The same library, as the role has it.
    private func restricted(createsIfMissing: Bool = true) async throws -> ChatLibrary {
        var configuration = library.pool.configuration
        let name = role.utf8.map { byte in "%\(String(byte, radix: 16).count == 1 ? "0" : "")\(String(byte, radix: 16))"
        }
        let url = try PostgresServer.own().url(user: name.joined())
        configuration = TestDatabase.configuration(url: url, schema: configuration.schema)
        configuration.createsIfMissing = createsIfMissing
        return try await ChatLibrary(configuration)
    }

    private static let tables = ["conversations", "entries", "turns", "rewinds", "artifacts", "artifact_chunks"]

    /// The number of rows of each table that a session sees when it has said whose they are to be.
    private func counts(_ library: ChatLibrary, user: String?, organization: String? = nil) async throws -> [Int] {
        try await library.pool.withConnection { (session) throws(PostgresFailure) in
            var counts: [Int] = []
            for table in Self.tables {
                let settings = PostgresCommand(
                    """
                    SELECT set_config('conversation_history.user', $1, false),
                      set_config('conversation_history.organization', $2, false)
                    """,
                    [.text(user ?? ""), .text(organization ?? "")]
                )
                let results = try session.run([settings, PostgresCommand("SELECT count(*) FROM \(table)")])
                counts.append(try results[1].int(0, 0))
            }
            return counts
        }
    }

    /// What some SQL fails with, after a session has said that it is ada's.
    private func state(of sql: String, _ library: ChatLibrary) async -> String? {
        do throws(PostgresFailure) {
            try await library.pool.withConnection { (session) throws(PostgresFailure) in
                _ = try session.run([
                    PostgresCommand("SELECT set_config('conversation_history.user', 'ada', false)"),
                    PostgresCommand(sql, isKept: false),
                ])
            }
            return nil
        } catch { return error.sqlState }
    }

    @Test("A role without rights cannot open the library")
    func none() async throws {
        for createsIfMissing in [true, false] {
            let error = await failure { () throws(HistoryStoreError) in
                do { _ = try await restricted(createsIfMissing: createsIfMissing) } catch let error as HistoryStoreError
                {
                    throw error
                } catch { Issue.record(error) }
            }
            #expect(error?.code == .permissionDenied)
        }
    }

    @Test("By SQL, a session sees the rows of the owner that it says, and without one nothing")
    func sight() async throws {
        try await library.allow(role: role)
        let restricted = try await restricted()
        #expect(try await counts(restricted, user: nil) == [0, 0, 0, 0, 0, 0])
        #expect(try await counts(restricted, user: "ada") == [1, 4, 1, 1, 1, 1])
        #expect(try await counts(restricted, user: "bob") == [2, 4, 1, 1, 1, 1])
        #expect(try await counts(restricted, user: nil, organization: "analytical") == [3, 8, 2, 2, 2, 2])
        #expect(try await counts(restricted, user: "ada", organization: "other") == [0, 0, 0, 0, 0, 0])
        #expect(try await counts(restricted, user: "\\x616461") == [1, 4, 1, 1, 1, 1])
        #expect(try await counts(restricted, user: "Ada") == [0, 0, 0, 0, 0, 0])
        // The role that has made the tables sees all of them.
        #expect(try await counts(library, user: nil) == [4, 12, 3, 3, 3, 3])
    }

    @Test("By SQL, a session changes no row of another owner, and no table")
    func changes() async throws {
        try await library.allow(role: role)
        let restricted = try await restricted()
        let bobsKey = try await library.number("SELECT key FROM conversations WHERE id = 'bob''s'")
        let adasKey = try await library.number("SELECT key FROM conversations WHERE id = 'ada''s'")
        let before = try await library.number("SELECT count(*) FROM entries")
        for sql in [
            "UPDATE conversations SET title = 'mine' WHERE key = \(bobsKey)",
            "DELETE FROM conversations WHERE key = \(bobsKey)",
            "UPDATE entries SET body = '{}' WHERE conversation = \(bobsKey)",
            "DELETE FROM entries WHERE conversation = \(bobsKey)",
            "DELETE FROM artifact_chunks WHERE conversation = \(bobsKey)",
            "UPDATE conversations SET owner_user = 'ada' WHERE id = 'nobody''s'",
        ] {
            let changed = try await restricted.cost { #expect(await state(of: sql, restricted) == nil) }
            #expect(changed.rowsWritten == 0, "\(sql)")
        }
        for sql in [
            "UPDATE conversations SET owner_user = 'bob' WHERE key = \(adasKey)",
            "UPDATE entries SET conversation = \(bobsKey), position = 90 WHERE conversation = \(adasKey) AND position = 0",
            "INSERT INTO turns(conversation, position, body) VALUES (\(bobsKey), 90, '{}')",
            "INSERT INTO artifacts(conversation, name, version, created, byte_count) VALUES (\(bobsKey), 'n', 1, 0, 0)",
            "TRUNCATE entries", "DROP TABLE entries", "ALTER TABLE entries DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE other()", "UPDATE properties SET value = '9'", "DELETE FROM role_owners",
            "SELECT * FROM role_owners", "DROP POLICY entries_of_owner ON entries",
        ] {
            #expect(await state(of: sql, restricted) == PostgresState.insufficientPrivilege, "\(sql)")
        }
        #expect(try await library.number("SELECT count(*) FROM entries") == before)
        #expect(try await library.verify() == [])
    }

    @Test("A role that is bound to an owner sees that one's rows, whatever a session says")
    func bound() async throws {
        try await library.allow(role: role, only: ada)
        let restricted = try await restricted()
        for user in [nil, "ada", "bob"] { #expect(try await counts(restricted, user: user) == [1, 4, 1, 1, 1, 1]) }
        #expect(try await counts(restricted, user: nil, organization: "other") == [1, 4, 1, 1, 1, 1])
        // Without a scope, by the library's own verbs.
        #expect(try await restricted.list(ListRequest()).conversations.map(\.id) == ["ada's"])
        #expect(try await restricted.search(SearchRequest("answer")).map(\.conversation) == ["ada's"])
        #expect(
            await failure { () throws(HistoryStoreError) in _ = try await restricted.info(of: "bob's") }?.code
                == .notFound
        )
        let error = await failure { () throws(HistoryStoreError) in
            _ = try await restricted.create(NewConversation(owner: bob))
        }
        #expect(error?.code == .permissionDenied)
        // Bound to an organization, it can be narrowed.
        try await library.allow(role: role, only: Owner(organization: "analytical"))
        #expect(try await counts(restricted, user: nil) == [3, 8, 2, 2, 2, 2])
        #expect(try await counts(restricted, user: "bob") == [2, 4, 1, 1, 1, 1])
    }

    @Test("A scoped library does all it does elsewhere, and reaches nothing of another owner by any verb")
    func verbs() async throws {
        try await library.allow(role: role)
        let mine = try await restricted().scoped(to: ada)
        let id: ConversationID = "bob's"
        for number in 0..<14 {
            let error = await failure { () throws(HistoryStoreError) in
                try await reach(id, by: number, in: mine, deleted: "bob's deleted")
            }
            #expect(error?.code == .notFound, "\(number)")
        }
        #expect(try await mine.store(for: id).load() == nil)
        #expect(try await mine.list(ListRequest(owner: bob)).conversations.isEmpty)
        #expect(try await mine.purge(.everything) == PurgeReport())
        #expect(try await mine.search(SearchRequest("answer", conversation: id)).isEmpty)
        #expect(try await mine.statistics().conversationCount == 1)
        let save = await failure { () throws(HistoryStoreError) in
            try await mine.store(for: id).save(ConversationSnapshot(messages: [ChatMessage.user("mine")]))
        }
        #expect(save?.code == .conflict)
        let taken = await failure { () throws(HistoryStoreError) in
            _ = try await mine.create(NewConversation(id: "bob's"))
        }
        #expect(taken?.code == .alreadyExists)

        let conversation = try await Conversation(restoring: mine.store(for: "new"))
        for number in 0..<3 { try await conversation.addTurn(number) }
        try await conversation.rewind(toBefore: conversation.snapshot.turns[2].id)
        _ = try await mine.saveArtifact([UInt8](repeating: 1, count: 3 << 20), named: "file", in: "new")
        _ = try await mine.fork("new", after: nil, as: NewConversation(id: "fork"))
        try await mine.setOwner(Owner(user: "ada", organization: "analytical"), of: "new")
        try await mine.delete("ada's")
        #expect(try await mine.purge(.everything).conversations == ["ada's"])
        #expect(try await mine.list(ListRequest()).conversations.count == 2)
        #expect(try await mine.store(for: "new").load()?.entries == conversation.snapshot.entries)
        #expect(try await mine.verify() == [])
        #expect(try await library.verify() == [])
        #expect(try await library.info(of: "new").owner == ada)
        #expect(try await library.list(ListRequest(owner: bob)).conversations.count == 1)
    }

    /// Tries one of the verbs that name a conversation.
    private func reach(
        _ id: ConversationID,
        by number: Int,
        in library: ChatLibrary,
        deleted: ConversationID
    ) async throws(HistoryStoreError) {
        switch number {
        case 0: _ = try await library.info(of: id)
        case 1: _ = try await library.contents(of: id)
        case 2: try await library.rename(id, to: "mine")
        case 3: try await library.setMetadata([:], of: id)
        case 4: try await library.setOwner(ada, of: id)
        case 5: _ = try await library.entries(of: id)
        case 6: try await library.append([HistoryEntry(.message(ChatMessage.user("mine")))], to: id)
        case 7: try await library.delete(id)
        case 8: try await library.restore(deleted)
        case 9: _ = try await library.fork(id)
        case 10: _ = try await library.saveArtifact([1], named: "file", in: id)
        case 11: _ = try await library.artifact(named: "file", in: id)
        case 12: _ = try await library.artifacts(in: id)
        default: try await library.removeArtifact(named: "file", in: id)
        }
    }

    @Test("Owners of any name see what is theirs", arguments: ["", "\\x", "\\x00", "a\0b", "Größe", "e\u{301}", "é"])
    func names(_ user: String) async throws {
        try await library.allow(role: role)
        let restricted = try await restricted()
        let mine = restricted.scoped(to: Owner(user: user))
        _ = try await mine.create(NewConversation(id: "mine"))
        #expect(try await mine.list(ListRequest()).conversations.map(\.id) == ["mine"])
        #expect(try await restricted.scoped(to: Owner(user: user + "x")).list(ListRequest()).conversations.isEmpty)
        let owner = try await library.info(of: "mine").owner
        #expect(owner?.user.map { Array($0.utf8) } == Array(user.utf8))
    }
}
#endif
