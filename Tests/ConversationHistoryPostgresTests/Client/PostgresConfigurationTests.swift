#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("The configuration of a library in PostgreSQL")
struct PostgresConfigurationTests {
    @Test("A place is told without the user and without any password")
    func location() {
        let secret = "se%20cret"
        for (text, location) in [
            ("postgresql://ada:\(secret)@db1:5433,db2:5434/history?sslpassword=\(secret)", "db1,db2:5433,5434/history"),
            ("host=db1 port=5433 dbname=history user=ada password=\(secret)", "db1:5433/history"),
            ("postgres://ada:\(secret)@/history?host=%2Ftmp&port=1", "/tmp:1/history"),
        ] {
            let configuration = PostgresConfiguration(url: text)
            #expect(configuration.description == "\(location), schema conversation_history")
            var dumped = ""
            dump(configuration, to: &dumped)
            for text in [String(describing: configuration), String(reflecting: configuration), dumped] {
                #expect(!text.contains("cret"))
                #expect(!text.contains("ada"))
            }
        }
    }

    @Test("What is no connection string is refused, and not repeated")
    func invalid() async {
        for text in [
            "postgresql://ada:secret@[::1/history", "host=a password='secret", "a\0=secret",
            "postgresql+asyncpg://ada:secret@db/history", "POSTGRES://ada:secret@db/history",
            // Those that libpq takes apart otherwise than they were meant.
            "postgresql://ada:secret/word@127.0.0.1:1/history", "postgresql://ada:secret",
            "postgresql://ada:secret/history",
            "postgresql://ada:secret:5432/history", "postgresql://ada:x@secret@127.0.0.1:1/history",
            "postgresql://127.0.0.1:1,127.0.0.1:secret/history", "host=127.0.0.1 port=secret",
            "dbname=postgresql://ada:secret@127.0.0.1:1/history", "dbname='history password=secret'",
            "postgresql://127.0.0.1:1/history&password=secret", "ada:secret@127.0.0.1/history", "host='h secret'",
            "user=postgresql://secret", "hostaddr=secret",
        ] {
            let error = await failure { () throws(HistoryStoreError) in
                _ = try await ChatLibrary(PostgresConfiguration(url: text))
            }
            #expect(error?.code == .notFound)
            #expect(error.map { "\($0) \($0.location)" }?.contains("secret") == false)
            #expect(!PostgresConfiguration(url: text).description.contains("secret"))
        }
        var configuration = PostgresConfiguration(url: "postgresql://localhost/history")
        configuration.schema = String(repeating: "x", count: 64)
        let error = await failure { [configuration] () throws(HistoryStoreError) in
            _ = try await ChatLibrary(configuration)
        }
        #expect(error?.code == .invalidName)
    }

    @Test(
        "Settings that libpq does not understand are not repeated",
        arguments: [
            "postgresql://127.0.0.1:1/history?sslmode=secret", "host=127.0.0.1 port=1 connect_timeout=secret",
            "postgresql://ada%3Asecret@127.0.0.1:1/history?password=secret2",
            "host=127.0.0.1 port=1 target_session_attrs=secret",
        ]
    )
    func settings(_ text: String) async {
        let error = await failure { () throws(HistoryStoreError) in
            _ = try await ChatLibrary(PostgresConfiguration(url: text))
        }
        #expect(error != nil)
        #expect(error.map { "\($0) \($0.location)" }?.contains("secret") == false)
    }

    @Test("The environment of an application is understood")
    func environment() throws {
        let environment = try LibraryConfiguration(environment: [
            "DB_BACKEND": "postgresql", "DB_HOST": "db1", "DB_PORT": "5433", "DB_NAME": "his=tory", "DB_USER": "ada",
            "DB_PASSWORD": "'secret\\/@:?", "DB_POOL_SIZE": "7", "DB_MAX_OVERFLOW": "0",
        ])
        let configuration = try #require(PostgresConfiguration(environment))
        #expect(configuration.description == "db1:5433/his=tory, schema conversation_history")
        #expect(configuration.poolSize == 7)
        #expect(configuration.maximumOverflow == 0)
        let keywords = try PostgresTarget(configuration.connection).keywords
        #expect(keywords.last { $0.keyword == "password" }?.value == "'secret\\/@:?")
        #expect(keywords.last { $0.keyword == "dbname" }?.value == "his=tory")
        let other = try LibraryConfiguration(environment: ["DB_BACKEND": "memory"])
        #expect(PostgresConfiguration(other).map(\.description) == nil)
    }

    @Test("What libpq is told by the caller comes behind what it is told by default")
    func order() throws {
        let given = PostgresConfiguration(
            url: "host=a connect_timeout=3 client_encoding=LATIN1 target_session_attrs=any"
        )
        let keywords = try PostgresTarget(given.connection).keywords
        #expect(keywords.last { $0.keyword == "connect_timeout" }?.value == "3")
        #expect(keywords.last { $0.keyword == "target_session_attrs" }?.value == "any")
        #expect(keywords.last { $0.keyword == "client_encoding" }?.value == "UTF8")
        let byService = PostgresConfiguration(url: "service=none-that-is-there")
        // What a service says would count for less than a default.
        #expect(try PostgresTarget(byService.connection).keywords.contains { $0.keyword == "connect_timeout" } == false)
    }
}
#endif
