#if PostgreSQL
import ConversationHistory
@testable import ConversationHistoryLibrary
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A connection to PostgreSQL", .withServer)
struct PostgresSessionTests {
    private func pool() throws -> PostgresConnectionPool { try PostgresConnectionPool(TestDatabase.configuration()) }

    @Test("Values come back as they were sent")
    func values() async throws {
        let texts = ["", "plain", "NUL \0 in it", "Größe 漢字 👩🏽‍🚀", "e\u{301}", "\\x00 '\" %"]
        let dates = [0, -0.5, 1e-300, 8e8, -63_113_904_000.25].map { Date(timeIntervalSinceReferenceDate: $0) }
        try await pool().withConnection { (session) throws(PostgresFailure) in
            let results = try session.run([
                PostgresCommand("SELECT unnest($1)", [.names(texts)], isKept: false),
                PostgresCommand("SELECT unnest($1)", [.dates(dates + [nil])], isKept: false),
                PostgresCommand("SELECT unnest($1)", [.ints([.min, -1, 0, .max])], isKept: false),
                PostgresCommand("SELECT unnest($1)", [.byteses([])], isKept: false),
                PostgresCommand("SELECT $1, $2, $3, $4", [.name(nil), .date(nil), .bool(true), .bytes([])]),
            ])
            for (row, text) in texts.enumerated() {
                #expect(try results[0].requiredName(row, 0).utf8.elementsEqual(text.utf8))
            }
            for (row, date) in dates.enumerated() { #expect(try results[1].date(row, 0) == date) }
            #expect(try results[1].date(dates.count, 0) == nil)
            for (row, value) in [Int.min, -1, 0, .max].enumerated() { #expect(try results[2].int(row, 0) == value) }
            #expect(results[3].isEmpty)
            #expect(try results[4].name(0, 0) == nil)
            #expect(try results[4].date(0, 1) == nil)
            #expect(try results[4].bool(0, 2))
            #expect(results[4].bytes(0, 3) == [])
        }
    }

    @Test("A value of another type is a failure")
    func unexpected() async throws {
        try await pool().withConnection { (session) throws(PostgresFailure) in
            let result = try session.run([PostgresCommand("SELECT 'text'::text, NULL::bigint, '\\xff'::bytea")])[0]
            #expect(throws: PostgresFailure.self) { try result.int(0, 0) }
            #expect(throws: PostgresFailure.self) { try result.int(0, 1) }
            #expect(throws: PostgresFailure.self) { try result.name(0, 2) }
            #expect(throws: PostgresFailure.self) { try result.bool(0, 0) }
        }
    }

    @Test("Commands are one round trip, are kept by the server, and are one transaction")
    func pipeline() async throws {
        let pool = try pool()
        try await pool.withConnection { (session) throws(PostgresFailure) in
            let before = session.counters
            let commands = (0..<50).map { PostgresCommand("SELECT $1 + 1", [.int($0)]) }
            let results = try session.run(commands)
            for (number, result) in results.enumerated() { #expect(try result.int(0, 0) == number + 1) }
            let cost = session.counters - before
            #expect(cost.roundTrips == 1)
            #expect(cost.commandsRun == 50)
            #expect(cost.commandsPrepared == 1)
            _ = try session.run([PostgresCommand("CREATE TEMPORARY TABLE items(value bigint UNIQUE)", isKept: false)])
            let insert = { (value: Int) in PostgresCommand("INSERT INTO items VALUES ($1)", [.int(value)]) }
            #expect(throws: PostgresFailure.self) { _ = try session.run([insert(1), insert(1), insert(2)]) }
            #expect(try session.run([PostgresCommand("SELECT count(*) FROM items")])[0].int(0, 0) == 0)
            // What was prepared in vain is prepared again.
            _ = try session.run([insert(1)])
            #expect(try session.run([PostgresCommand("SELECT count(*) FROM items")])[0].int(0, 0) == 1)
        }
    }

    @Test("Much goes both ways at once without a standstill")
    func both() async throws {
        let text = String(repeating: "x", count: 1 << 20)
        try await pool().withConnection { (session) throws(PostgresFailure) in
            let results = try session.run((0..<24).map { _ in PostgresCommand("SELECT $1", [.name(text)]) })
            #expect(results.allSatisfy { $0.withBytes(0, 0) { $0.count } == 1 << 20 })
        }
    }

    @Test("A failure has the server's code, and nothing of what was sent")
    func failures() async throws {
        let pool = try pool()
        for (sql, state, code) in [
            ("SELECT $1::text::bigint", "22P02", HistoryStoreError.Code.io), ("SELECT secret", "42703", .io),
            ("SELECT * FROM pg_authid_secret", "42P01", .io),
        ] {
            let error = await #expect(throws: PostgresFailure.self) {
                try await pool.withConnection { (session) throws(PostgresFailure) in
                    let parameters = sql.contains("$1") ? [PostgresValue.text("secret")] : []
                    _ = try session.run([PostgresCommand(sql, parameters)])
                }
            }
            let failure = try #require(error)
            #expect(failure.sqlState == state)
            let shown = HistoryStoreError(failure, operation: "save", location: pool.location)
            #expect(shown.code == code)
            #expect(shown.systemCall?.sqlState == state)
            #expect(!"\(shown)".contains("secret"))
        }
        // The connection goes on.
        try await pool.withConnection { (session) throws(PostgresFailure) in
            #expect(try session.run([PostgresCommand("SELECT 1::bigint")])[0].int(0, 0) == 1)
        }
        #expect(pool.counters.connectionsMade == 1)
    }

    @Test(
        "A server's code says what can be done",
        arguments: [
            ("40001", HistoryStoreError.Code.busy), ("40P01", .busy), ("55P03", .busy), ("57014", .busy),
            ("53300", .busy), ("53100", .noSpace), ("42501", .permissionDenied), ("28P01", .permissionDenied),
            ("25006", .permissionDenied), ("54000", .tooLarge), ("XX001", .damaged), ("58030", .io),
        ]
    )
    func codes(_ state: String, _ code: HistoryStoreError.Code) {
        #expect(HistoryStoreError(.call("PQgetResult", state), operation: "save", location: "here").code == code)
    }

    @Test("What work leaves open is undone, also when it throws")
    func recovery() async throws {
        let pool = try pool()
        try await pool.withConnection { (session) throws(PostgresFailure) in
            _ = try session.run([PostgresCommand("BEGIN"), PostgresCommand("CREATE TABLE public.left_open()")])
        }
        let sql = "SELECT to_regclass('public.left_open') IS NULL"
        try await pool.withConnection { (session) throws(PostgresFailure) in
            #expect(try session.run([PostgresCommand(sql)])[0].bool(0, 0))
        }
        await #expect(throws: PostgresFailure.self) {
            try await pool.write { (session) throws(PostgresFailure) in
                try session.transaction(.write, .everyone) { (session) throws(PostgresFailure) in
                    _ = try session.run([PostgresCommand("CREATE TABLE public.left_open()")])
                    throw .refused(HistoryStoreError.noSuchConversation("test"))
                }
            }
        }
        try await pool.withConnection { (session) throws(PostgresFailure) in
            #expect(try session.run([PostgresCommand(sql)])[0].bool(0, 0))
        }
        #expect(pool.counters.connectionsMade == 1)
    }
}
#endif
