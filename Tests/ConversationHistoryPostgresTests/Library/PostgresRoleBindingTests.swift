#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// Which rows a session sees that has the rights of some role, by whatever way it has come to them.
@Suite("Who sees what in a PostgreSQL library", .withOwnServer, .serialized)
struct PostgresRoleBindingTests {
    /// A session, and what it sees.
    struct Session: Sendable, CustomTestStringConvertible {
        let name: String
        /// The role that logs in; the roles are those of ``roles``.
        let login: String
        /// What it does first.
        var commands: [String] = []
        /// The ids of the conversations that it sees then; `nil` if it may not ask.
        let sees: [String]?

        var testDescription: String { name }
    }

    /// What a session says to see the rows of bob's.
    private static let asBob = "SELECT set_config('conversation_history.user', 'bob', false)"
    private static let asNobody = "SELECT set_config('conversation_history.user', '', false)"

    /// The roles; `app` may work with the library, `ada` and `bob` are bound, and `analytical` to an organization.
    private static let roles = """
        CREATE ROLE owner LOGIN; CREATE ROLE app LOGIN; CREATE ROLE ada LOGIN; CREATE ROLE bob LOGIN;
        CREATE ROLE analytical NOLOGIN; CREATE ROLE renamed LOGIN; CREATE ROLE stranger LOGIN;
        CREATE ROLE member LOGIN IN ROLE ada; CREATE ROLE member2 LOGIN IN ROLE member;
        CREATE ROLE guest LOGIN NOINHERIT IN ROLE ada; CREATE ROLE appguest LOGIN NOINHERIT IN ROLE ada;
        CREATE ROLE twice LOGIN IN ROLE ada, bob; CREATE ROLE either LOGIN NOINHERIT IN ROLE ada, bob;
        CREATE ROLE colleague LOGIN IN ROLE ada, analytical; CREATE ROLE adasapp LOGIN IN ROLE app;
        CREATE ROLE helper LOGIN IN ROLE owner; CREATE ROLE secondhelper LOGIN NOINHERIT IN ROLE helper;
        CREATE ROLE free LOGIN BYPASSRLS; CREATE ROLE freed LOGIN NOINHERIT IN ROLE free;
        CREATE ROLE maker LOGIN CREATEROLE; CREATE ROLE root LOGIN SUPERUSER;
        GRANT CREATE ON DATABASE postgres TO owner;
        """

    private static let sessions: [Session] = [
        Session(name: "a role that says whose rows it wants", login: "app", commands: [asBob], sees: ["bob's"]),
        Session(name: "a role that says nothing", login: "app", sees: []),
        Session(name: "a bound role", login: "ada", sees: ["ada's"]),
        Session(name: "a bound role that says another owner", login: "ada", commands: [asBob], sees: ["ada's"]),
        Session(
            name: "a bound role that takes back what it said",
            login: "ada",
            commands: [asBob, asNobody],
            sees: ["ada's"]
        ),
        Session(name: "a bound role that was renamed", login: "renamed2", commands: [asBob], sees: ["ada's"]),
        Session(name: "a member of a bound role", login: "member", commands: [asBob], sees: ["ada's"]),
        Session(name: "a member of a member", login: "member2", commands: [asBob], sees: ["ada's"]),
        Session(
            name: "a member that becomes the bound role",
            login: "member",
            commands: [asBob, "SET ROLE ada"],
            sees: ["ada's"]
        ),
        Session(name: "a member without the rights", login: "guest", commands: [asBob], sees: nil),
        Session(
            name: "a member without the rights that becomes the bound role",
            login: "guest",
            commands: [asBob, "SET ROLE ada"],
            sees: ["ada's"]
        ),
        Session(name: "a role of its own that is such a member", login: "appguest", commands: [asBob], sees: ["bob's"]),
        Session(
            name: "a role of its own that becomes the bound role",
            login: "appguest",
            commands: [asBob, "SET ROLE ada"],
            sees: ["ada's"]
        ),
        Session(
            name: "a bound role that becomes one that is not bound",
            login: "adasapp",
            commands: [asBob, "SET ROLE app"],
            sees: ["ada's"]
        ),
        Session(name: "a member of roles of different owners", login: "twice", commands: [asBob], sees: []),
        Session(
            name: "a member of roles of different owners that becomes one of them",
            login: "twice",
            commands: ["SET ROLE bob"],
            sees: []
        ),
        Session(
            name: "a login that is one owner after the other",
            login: "either",
            commands: ["SET ROLE ada", "SET ROLE bob"],
            sees: ["bob's"]
        ),
        Session(
            name: "a role bound to an organization",
            login: "root",
            commands: ["SET ROLE analytical"],
            sees: ["ada's", "bob's"]
        ),
        Session(
            name: "a role bound to an organization, narrowed",
            login: "root",
            commands: ["SET ROLE analytical", asBob],
            sees: ["bob's"]
        ),
        Session(
            name: "a member of a user's and of an organization's role",
            login: "colleague",
            commands: [asBob],
            sees: ["ada's"]
        ),
        Session(
            name: "a superuser that becomes a bound role",
            login: "root",
            commands: [asBob, "SET ROLE ada"],
            sees: ["ada's"]
        ),
        Session(
            name: "a superuser that becomes a role that is not bound",
            login: "root",
            commands: [asBob, "SET ROLE app"],
            sees: ["bob's"]
        ),
        Session(
            name: "a superuser that logs in as a bound role",
            login: "root",
            commands: [asBob, "SET SESSION AUTHORIZATION ada"],
            sees: ["ada's"]
        ),
        Session(name: "a role that was never let in", login: "stranger", commands: [asBob], sees: nil),
        Session(name: "the owner of the tables", login: "owner", sees: ["ada's", "bob's", "nobody's"]),
        Session(
            name: "a member of the owner",
            login: "helper",
            commands: [asBob],
            sees: ["ada's", "bob's", "nobody's"]
        ),
        Session(name: "a superuser", login: "root", sees: ["ada's", "bob's", "nobody's"]),
    ]

    /// One server and one library for all of them; roles belong to a server.
    private static let prepared = Task { () throws -> PostgresServer in
        let server = try PostgresServer()
        try server.execute(roles)
        let library = try await ChatLibrary(configuration(server, "owner"))
        for (id, user) in [("ada's", "ada"), ("bob's", "bob"), ("nobody's", nil)] as [(ConversationID, String?)] {
            let owner = user.map { Owner(user: $0, organization: "analytical") }
            _ = try await library.create(NewConversation(id: id, owner: owner))
            try await library.addConversation(id)
        }
        for role in ["app", "appguest"] { try await library.allow(role: role) }
        for role in ["ada", "renamed", "adasapp"] { try await library.allow(role: role, only: Owner(user: "ada")) }
        try await library.allow(role: "bob", only: Owner(user: "bob"))
        try await library.allow(role: "analytical", only: Owner(organization: "analytical"))
        try server.execute("ALTER ROLE renamed RENAME TO renamed2")
        return server
    }

    private static func configuration(_ server: PostgresServer, _ user: String) -> PostgresConfiguration {
        TestDatabase.configuration(url: server.url(user: user), schema: "conversation_history")
    }

    /// What a session prints.
    private static func run(_ session: Session, _ sql: String...) async throws -> [String] {
        let server = try await prepared.value
        let commands = ["SET search_path = conversation_history"] + session.commands + sql
        let lines = try server.execute(commands, as: session.login).split(separator: "\n").map(String.init)
        // What sets something prints it.
        return lines.filter { $0.hasSuffix("'s") || $0.hasPrefix("n=") }
    }

    @Test("By SQL, in each table and by the search", arguments: sessions)
    func sees(_ session: Session) async throws {
        let ids = "SELECT convert_from(id, 'UTF8') FROM conversations ORDER BY id"
        guard let expected = session.sees else {
            await #expect(throws: PostgresServer.Failure.self) { try await Self.run(session, ids) }
            return
        }
        #expect(try await Self.run(session, ids) == expected)
        for table in ["entries", "turns"] {
            let found = try await Self.run(
                session,
                """
                SELECT convert_from(conversations.id, 'UTF8') FROM conversations
                JOIN (SELECT DISTINCT conversation FROM \(table)) AS parts ON conversation = key ORDER BY id
                """,
                "SELECT 'n=' || count(*) FROM \(table)"
            )
            let count = expected.count * (table == "turns" ? 1 : 2)
            #expect(found == expected + ["n=\(count)"], "\(table)")
        }
        let hit = "FETCH ALL FROM found"
        for search in ["search_entries(", "open_restricted_search('stranger', ", "open_restricted_search(NULL, "] {
            let call = "\(search)'{answer}', NULL, NULL, NULL, NULL, NULL, NULL, false)"
            let isRestricted = search.hasPrefix("open")
            // The owner's own rights are those of no session: without an owner, nothing is shown.
            let owned = Set(["owner", "helper", "root"])
            if isRestricted, owned.contains(session.login) { continue }
            let server = try await Self.prepared.value
            let commands = ["SET search_path = conversation_history"] + session.commands
            let found = try server.execute(commands + ["BEGIN", "SELECT \(call)", hit], as: session.login)
            for id in ["ada's", "bob's", "nobody's"] {
                let digits = id.utf8.map { String($0, radix: 16) }.joined()
                #expect(found.contains("\\x\(digits)|") == expected.contains(id), "\(search)\(id)")
            }
        }
    }

    @Test(
        "A role that row-level security does not hold is refused",
        arguments: ["owner", "helper", "secondhelper", "free", "freed", "maker", "root"]
    )
    func refused(_ role: String) async throws {
        let server = try await Self.prepared.value
        // From 16 on, such a role makes itself a member only of roles that it was given.
        if role == "maker", try server.execute("SHOW server_version_num") >= "160000" { return }
        let library = try await ChatLibrary(Self.configuration(server, "owner"))
        let grants = "SELECT count(*) FROM role_owners"
        let before = try await library.number(grants)
        for owner in [nil, Owner(user: "ada")] {
            let error = await failure { () throws(HistoryStoreError) in
                try await library.allow(role: role, only: owner)
            }
            #expect(error?.code == .permissionDenied)
        }
        #expect(try await library.number(grants) == before)
    }

    @Test("A role that is not there is told")
    func missing() async throws {
        let server = try await Self.prepared.value
        let library = try await ChatLibrary(Self.configuration(server, "owner"))
        let error = await failure { () throws(HistoryStoreError) in try await library.allow(role: "no one") }
        #expect(error?.code == .notFound)
    }

    @Test("Bindings are in a dump by name, and hold where it is restored")
    func dump() async throws {
        let server = try await Self.prepared.value
        let directory = TemporaryDirectory()
        try server.dump("conversation_history", to: directory.path("dump.sql"))
        let name = "restored"
        _ = try server.makeDatabase(name)
        try server.runFile(directory.path("dump.sql"), in: name)
        let sql = [
            "SET search_path = conversation_history", Self.asBob, "SELECT convert_from(id, 'UTF8') FROM conversations",
        ]
        #expect(try server.execute(sql, as: "ada", in: name).hasSuffix("ada's"))
        #expect(try server.execute(sql, as: "renamed2", in: name).hasSuffix("ada's"))
    }

    @Test("Roles that version 1 has let in and bound stay so")
    func migrated() async throws {
        let server = try await Self.prepared.value
        let url = try server.makeDatabase("migrated")
        try server.runFile(LibraryFixture.path("postgres/library-version-1.sql"), in: "migrated")
        let schema = "conversation_history"
        var commands = ["CREATE ROLE app1 LOGIN", "CREATE ROLE ada1 LOGIN", "SET search_path = \(schema)"]
        for role in ["app1", "ada1"] {
            commands += [
                "GRANT USAGE ON SCHEMA \(schema) TO \(role)", "GRANT SELECT ON properties TO \(role)",
                """
                GRANT SELECT, INSERT, UPDATE, DELETE
                ON conversations, entries, turns, rewinds, artifacts, artifact_chunks TO \(role)
                """,
            ]
        }
        commands.append("INSERT INTO role_owners(role, owner_user) VALUES ('ada1', 'ada'), ('gone', 'bob')")
        _ = try server.execute(commands, in: "migrated")
        _ = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
        let app = url.replacingOccurrences(of: "\(PostgresServer.user)@", with: "app1@")
        let library = try await ChatLibrary(TestDatabase.configuration(url: app, schema: schema))
        #expect(try await library.list(ListRequest()).conversations.isEmpty)
        let mine = library.scoped(to: Owner(user: "ada", organization: "analytical"))
        #expect(try await mine.list(ListRequest()).conversations.count == 2)
        #expect(try await mine.search(SearchRequest("answer 1")).map(\.conversation) == ["first"])
        try await mine.addConversation("new")
        let sql = [
            "SET search_path = \(schema)", Self.asBob, "SELECT count(*) || ' conversations' FROM conversations",
        ]
        #expect(try server.execute(sql, as: "ada1", in: "migrated").hasSuffix("3 conversations"))
    }

    @Test("The functions that are not for everyone are for no one who was not let in")
    func stranger() async throws {
        let server = try await Self.prepared.value
        try server.execute("GRANT USAGE ON SCHEMA conversation_history TO stranger")
        let call = "open_restricted_search('app', '{answer}', NULL, NULL, NULL, NULL, NULL, NULL, false)"
        let commands = ["SET search_path = conversation_history", Self.asBob, "BEGIN", "SELECT \(call)"]
        #expect(throws: PostgresServer.Failure.self) { try server.execute(commands, as: "stranger") }
    }

    @Test(
        "Eight libraries that let roles in at once, where functions are not for everyone, do so",
        .hangGuard
    )
    func concurrent() async throws {
        let server = try PostgresServer()
        try server.execute(
            "CREATE ROLE app LOGIN",
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
        let first = try await ChatLibrary(Self.configuration(server, PostgresServer.user))
        let libraries = try await (0..<8).asyncMap { _ in try await first.reopened() }
        for _ in 0..<5 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for library in libraries { group.addTask { try await library.allow(role: "app") } }
                try await group.waitForAll()
            }
        }
        let library = try await ChatLibrary(Self.configuration(server, "app")).scoped(to: Owner(user: "ada"))
        let conversation = try await library.addConversation("a", turns: 2)
        try await conversation.remove(conversation.snapshot.entries[0].id)
        #expect(try await library.search(SearchRequest("answer")).count == 2)
        #expect(try await library.verify() == [])
    }

    @Test("What needs every row is refused to a role that does not see them, and is not empty")
    func partial() async throws {
        let server = try await Self.prepared.value
        let directory = TemporaryDirectory()
        for role in ["app", "ada"] {
            let library = try await ChatLibrary(Self.configuration(server, role))
            let error = await failure { () throws(HistoryStoreError) in
                try await library.backUp(to: directory.path(role))
            }
            #expect(error?.code == .permissionDenied)
        }
        #expect(directory.names() == [])
        let app = try await ChatLibrary(Self.configuration(server, "app"))
        #expect(
            await failure { () throws(HistoryStoreError) in _ = try await app.verify() }?.code == .permissionDenied
        )
        #expect(try await app.scoped(to: Owner(user: "bob")).verify() == [])
        #expect(try await ChatLibrary(Self.configuration(server, "ada")).verify() == [])
        let owner = try await ChatLibrary(Self.configuration(server, "helper"))
        try await owner.backUp(to: directory.path("whole"))
        let copy = DirectoryConversationLibrary(path: directory.path("whole"))
        #expect(try await copy.list(ListRequest()).conversations.count == 3)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
#endif
