#if PostgreSQL
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

@Suite("A PostgreSQL library in a publication", .withOwnServer, .serialized, .hangGuard)
struct PostgresReplicationTests {
    @Test("Every change is published, and arrives at a subscriber")
    func published() async throws {
        let settings = ["wal_level": "logical", "max_replication_slots": "4"]
        let (publisher, subscriber) = (try PostgresServer(settings: settings), try PostgresServer(settings: settings))
        let library = try await ChatLibrary(TestDatabase.configuration(url: publisher.url))
        let schema = library.pool.configuration.schema
        try publisher.execute("CREATE PUBLICATION library FOR ALL TABLES")
        let copy = try await ChatLibrary(TestDatabase.configuration(url: subscriber.url, schema: schema))
        try await copy.execute("TRUNCATE properties")
        try subscriber.execute(
            """
            CREATE SUBSCRIPTION library
            CONNECTION 'host=\(publisher.path) port=\(publisher.port) user=\(PostgresServer.user) dbname=postgres'
            PUBLICATION library
            """
        )
        let conversation = try await library.addConversation("a", turns: 6)
        let entries = conversation.snapshot.entries
        try await conversation.edit(entries[0].id) { $0.content = .message(.user("another")) }
        try await conversation.pin(entries[1].id)
        try await conversation.remove(entries[3].id)
        try await conversation.rewind(toBefore: conversation.snapshot.turns[4].id)
        try await conversation.addTurn(7)
        try await conversation.removeRewound()
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "b"))
        for number in 0..<2 { _ = try await library.saveArtifact([UInt8(number)], named: "file", in: "a") }
        _ = try await library.saveArtifact([1], named: "other", in: "a")
        try await library.removeArtifact(named: "other", in: "a")
        try await library.rename("a", to: "Title")
        try await library.addConversation("c", turns: 2)
        try await library.delete("c")
        _ = try await library.purge(.everything)
        try await Conversation(restoring: library.store(for: "b")).addTurn(8)
        #expect(try await library.verify() == [])

        let tables = ["conversations", "entries", "turns", "rewinds", "artifacts", "artifact_chunks", "properties"]
        for table in tables {
            let sum = "SELECT md5(string_agg(\(table)::text, '' ORDER BY \(table)::text)) FROM \(table)"
            let expected = try await library.execute(sum)
            while try await copy.execute(sum) != expected { try await Task.sleep(for: .milliseconds(20)) }
        }
        let stored = try await library.store(for: "a").load()
        #expect(stored?.entries == conversation.snapshot.entries)
        #expect(try await copy.store(for: "a").load() == stored)
        #expect(try await copy.verify() == [])
    }
}
#endif
