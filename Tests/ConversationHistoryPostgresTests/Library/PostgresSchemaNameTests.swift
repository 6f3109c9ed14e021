#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("The names of PostgreSQL schemas", .withServer)
struct PostgresSchemaNameTests {
    private func code(opening configuration: PostgresConfiguration) async -> HistoryStoreError.Code? {
        await failure { () throws(HistoryStoreError) in _ = try await ChatLibrary(configuration) }?.code
    }

    @Test(
        "A name that is the server's own, or none, is refused",
        arguments: [
            "", "a\0b", String(repeating: "n", count: 64), String(repeating: "é", count: 32), "$user", "pg_catalog",
            "pg_temp", "pg_history", "information_schema",
        ]
    )
    func refused(_ name: String) async throws {
        var configuration = try TestDatabase.configuration()
        configuration.schema = name
        #expect(await code(opening: configuration) == .invalidName)
    }

    @Test(
        "Any other name is the name of that schema and of no other",
        arguments: [
            "Capital", "two words", "a\"b", "\"", "a\"\u{301}b", "\"\u{301}; DROP SCHEMA x; --", "$users", "größe",
            "gro\u{308}ße",
            "日本語", "a.b", "a,b", "'", "\\", "public; --", "👩‍👩‍👧",
        ]
    )
    func accepted(_ name: String) async throws {
        var configuration = try TestDatabase.configuration()
        // Of this process alone, and not too long.
        configuration.schema = name + " \(OwnProcess.identifier)"
        let library = try await ChatLibrary(configuration)
        let updates = try await library.updates()
        try await library.addConversation("a")
        #expect(try await library.reopened().info(of: "a").entryCount == 2)
        let digits = configuration.schema.utf8.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        let found = try await library.number(
            "SELECT count(*) FROM pg_namespace WHERE nspname = convert_from('\\x\(digits.joined())', 'UTF8')"
        )
        #expect(found == 1)
        for await id in updates {
            #expect(id == "a")
            break
        }
        try await library.execute("DROP SCHEMA \(PostgresSettings.quoted(configuration.schema)) CASCADE")
    }

    @Test(
        "In a database of another encoding, a name that it can hold is right, and another one refused",
        .withOwnServer
    )
    func encodings() async throws {
        let server = try PostgresServer.own()
        for encoding in ["LATIN1", "SQL_ASCII", "EUC_JP"] {
            let url = try server.makeDatabase("database in \(encoding)", encoding: encoding)
            let names = [
                "größe": true, "日本語": encoding != "LATIN1", "שלום": encoding == "SQL_ASCII", "plain": true,
                // Has 62 bytes in UTF-8 and 93 in EUC_JP.
                String(repeating: "ö", count: 31): encoding != "EUC_JP",
            ]
            for (name, isHeld) in names {
                let configuration = TestDatabase.configuration(url: url, schema: name)
                guard isHeld else {
                    #expect(await code(opening: configuration) == .invalidName, "\(encoding): \(name)")
                    continue
                }
                let library = try await ChatLibrary(configuration)
                let message = ChatMessage.user("größe 日本語 👩‍👩‍👧")
                try await library.store(for: "größe 日本語").save(ConversationSnapshot(messages: [message]))
                #expect(try await library.search(SearchRequest("日本語")).count == 1)
                let mine = library.scoped(to: Owner(user: "größe 日本語"))
                try await mine.addConversation("mine")
                #expect(try await mine.list(ListRequest()).conversations.count == 1)
                #expect(try await library.verify() == [])
            }
        }
    }
}
#endif
