#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("Opening a PostgreSQL library", .withServer)
struct PostgresLibraryOpeningTests {
    private func code(opening configuration: PostgresConfiguration) async -> HistoryStoreError.Code? {
        await failure { () throws(HistoryStoreError) in _ = try await ChatLibrary(configuration) }?.code
    }

    @Test("A library that is there is opened with one round trip, and the one that sets the connection")
    func again() async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.addConversation("a")
        let again = try await library.reopened()
        #expect(again.pool.counters.roundTrips == 2)
        #expect(again.pool.counters.rowsWritten == 0)
        #expect(try await again.info(of: "a").entryCount == 2)
    }

    @Test("Ten processes that open a library at once make it once", .startsProcesses)
    func processes() async throws {
        let configuration = try TestDatabase.configuration()
        let (url, schema) = (try PostgresServer.sharedURL(), configuration.schema)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<10 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [url = url as String, schema = schema as String, number = number as Int] in
                        let library = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
                        try await library.addConversation(ConversationID("conversation \(number)"))
                    }
                }
            }
        }
        let library = try await ChatLibrary(configuration)
        #expect(try await library.list(ListRequest()).conversations.count == 10)
        #expect(try await library.number("SELECT count(*) FROM properties") == 4)
        #expect(try await library.verify() == [])
    }

    @Test("Nothing is made where there is no library, if nothing is to be made")
    func missing() async throws {
        let library = try await TestDatabase.openLibrary()
        var configuration = try TestDatabase.configuration()
        configuration.createsIfMissing = false
        let namespaces = "SELECT count(*) FROM pg_namespace WHERE nspname = '\(configuration.schema)'"
        #expect(await code(opening: configuration) == .notFound)
        #expect(try await library.number(namespaces) == 0)
        try await library.execute("CREATE SCHEMA \(PostgresSettings.quoted(configuration.schema))")
        #expect(await code(opening: configuration) == .notFound)
        configuration.createsIfMissing = true
        try await ChatLibrary(configuration).addConversation("a")
        configuration.createsIfMissing = false
        #expect(try await ChatLibrary(configuration).info(of: "a").entryCount == 2)
    }

    @Test(
        "A library of any version is read, found in and written to",
        .withOwnServer,
        arguments: 1...LibrarySchema.version
    )
    func everyVersion(_ version: Int) async throws {
        let server = try PostgresServer.own()
        let name = "version-\(version)"
        let url = try server.makeDatabase(name)
        // As this package made it and `pg_dump` wrote it.
        try server.runFile(LibraryFixture.path("postgres/library-version-\(version).sql"), in: name)
        let schema = PostgresConfiguration().schema
        let library = try await ChatLibrary(TestDatabase.configuration(url: url, schema: schema))
        try await LibraryFixture.expectWhole(library)
    }

    @Test("Dates that are not finite, which version 1 took, are mended", .withOwnServer)
    func infiniteDates() async throws {
        let server = try PostgresServer.own()
        let url = try server.makeDatabase("infinite-dates")
        try server.runFile(LibraryFixture.path("postgres/library-version-1.sql"), in: "infinite-dates")
        try server.execute(
            "SET search_path = conversation_history",
            "UPDATE conversations SET updated = 'NaN', snapshot_updated = 'Infinity' WHERE id = 'first'",
            "UPDATE conversations SET deleted = '-Infinity' WHERE deleted IS NOT NULL",
            in: "infinite-dates"
        )
        let library = try await ChatLibrary(
            TestDatabase.configuration(url: url, schema: PostgresConfiguration().schema)
        )
        try await LibraryFixture.expectWhole(library)
        let directory = TemporaryDirectory()
        try await library.backUp(to: directory.path("copy"))
        for column in ["created", "updated", "snapshot_updated", "deleted"] {
            for value in ["NaN", "Infinity", "-Infinity"] {
                await #expect(throws: (any Error).self) {
                    try await library.execute("UPDATE conversations SET \(column) = '\(value)'")
                }
            }
        }
        await #expect(throws: (any Error).self) { try await library.execute("UPDATE entries SET date = 'NaN'") }
    }

    @Test("A library of a later version is refused, and stays as it is")
    func newerVersion() async throws {
        let library = try await TestDatabase.openLibrary()
        try await library.execute("UPDATE properties SET value = value::int + 1 WHERE name = 'schema-version'")
        let error = await failure { () throws(HistoryStoreError) in _ = try await library.reopened() }
        #expect(error?.code == .newerVersion)
        #expect(error?.location.contains(library.pool.configuration.schema) == true)
        #expect(
            try await library.number("SELECT value::bigint FROM properties WHERE name = 'schema-version'")
                == LibrarySchema.version + 1
        )
    }

    @Test("Other messages and another application's tables are refused")
    func foreign() async throws {
        let library = try await TestDatabase.openLibrary()
        let configuration = library.pool.configuration
        let wrongType = await failure { () throws(HistoryStoreError) in
            _ = try await PostgresConversationLibrary<Note>(configuration)
        }
        #expect(wrongType?.code == .wrongMessageType)
        for table in ["properties(name text, value text)", "properties(number int)", "conversations(number int)"] {
            let other = try TestDatabase.configuration()
            let schema = PostgresSettings.quoted(other.schema)
            try await library.execute("CREATE SCHEMA \(schema)")
            try await library.execute("CREATE TABLE \(schema).\(table)")
            #expect(await code(opening: other) == .notAHistory)
            #expect(
                try await library.number(
                    "SELECT count(*) FROM pg_tables WHERE schemaname = '\(other.schema)'"
                ) == 1
            )
        }
    }

    @Test("Words that were made by other rules are made anew")
    func searchVersion() async throws {
        let first = try await TestDatabase.openLibrary()
        try await first.addConversation("a", turns: 300)
        try await first.execute("UPDATE entries SET words = NULL")
        try await first.execute("UPDATE properties SET value = '0' WHERE name = 'search-version'")
        #expect(try await first.search(SearchRequest("answer")).isEmpty)
        let second = try await first.reopened()
        #expect(try await second.search(SearchRequest("answer", limit: 1000)).count == 300)
        #expect(try await second.verify() == [])
    }

    @Test("A server that is not there, a database that is not there, and a wrong password are told", .withOwnServer)
    func unreachable() async throws {
        let server = try PostgresServer.own()
        #expect(await code(opening: PostgresConfiguration(url: "postgresql://127.0.0.1:1/history")) == .io)
        #expect(await code(opening: PostgresConfiguration(url: server.url + "_that_is_not_there")) == .notFound)
        let wrong = PostgresConfiguration(url: server.url(password: "not-the-password"))
        let error = await failure { () throws(HistoryStoreError) in _ = try await ChatLibrary(wrong) }
        #expect(error?.code == .permissionDenied)
        #expect(error.map { "\($0)".contains("not-the-password") } == false)
        var right = PostgresConfiguration(url: server.url(password: PostgresServer.password))
        right.schema = try TestDatabase.configuration().schema
        await (try await ChatLibrary(right)).close()
    }

    @Test("A password file and a service file are libpq's, and are used", .withOwnServer, .startsProcesses)
    func files() async throws {
        let server = try PostgresServer.own()
        let home = TemporaryDirectory()
        // libpq reads none that others may read.
        let entry = "127.0.0.1:\(server.port):*:*:\(PostgresServer.password)\n"
        home.write("passwords", [UInt8](entry.utf8), mode: 0o600)
        let schema = try TestDatabase.configuration().schema
        let login = "host=127.0.0.1 port=\(server.port) user=\(PostgresServer.user) dbname=postgres"
        let withFile = TestDatabase.configuration(url: login + " passfile='\(home.path("passwords"))'", schema: schema)
        await (try await ChatLibrary(withFile)).close()
        let without = TestDatabase.configuration(url: login + " passfile='\(home.path("none"))'", schema: schema)
        #expect(await code(opening: without) == .permissionDenied)
        let lines = ["[chat]"] + login.split(separator: " ").map(String.init) + ["password=\(PostgresServer.password)"]
        home.write("services", [UInt8]((lines.joined(separator: "\n") + "\n").utf8))
        let services = home.path("services")
        // libpq finds the file by a variable, which is set for a process of its own.
        await #expect(processExitsWith: .success) { [services = services as String, schema = schema as String] in
            setenv("PGSERVICEFILE", services, 1)
            await (try await ChatLibrary(TestDatabase.configuration(url: "service=chat", schema: schema))).close()
        }
    }

    @Test("A save waits for the disk, unless it is not to, and whatever the server is set to", .withOwnServer)
    func durability() async throws {
        let url = try PostgresServer.own().url
        for (options, durability, expected) in [
            ("", Durability.full, "on"), ("?options=-csynchronous_commit%3Doff", .full, "on"),
            ("?options=-csynchronous_commit%3Dremote_apply", .full, "remote_apply"), ("", .processCrash, "off"),
        ] {
            var configuration = PostgresConfiguration(url: url + options)
            configuration.durability = durability
            let pool = try PostgresConnectionPool(configuration)
            let command = PostgresCommand("SELECT convert_to(current_setting('synchronous_commit'), 'UTF8')")
            #expect(try await pool.read(.everyone, [command])[0].requiredName(0, 0) == expected)
        }
    }
}

/// A message of one's own.
private struct Note: HistoryMessage, Codable {
    var text: String
    var role: MessageRole { .user }
    var searchableText: String { text }
    var isEmpty: Bool { text.isEmpty }
}
#endif
