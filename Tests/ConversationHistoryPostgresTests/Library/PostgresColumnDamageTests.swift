#if PostgreSQL
import ConversationHistory
import Foundation
import TestSupport
import Testing

@testable import ConversationHistoryPostgres

/// Each column of each table is damaged in turn: what keeps a verb from its answer, a verification has to tell.
@Suite("A PostgreSQL library in which one value is wrong", .withServer, .timeLimit(.minutes(15)))
struct PostgresColumnDamageTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let column: String
        let value: String
        let row: String

        init(_ column: String, _ value: String, _ row: String) { (self.column, self.value, self.row) = (column, value, row) }

        var table: String { String(column.prefix { $0 != "." }) }
        var name: String { String(column.drop { $0 != "." }.dropFirst()) }
        var testDescription: String { "\(column) = \(value)" }
    }

    private static let largest = "9223372036854775807"
    private static let conversation = "id = 'a'"
    private static let entry = "position = 1 AND list = 0"
    private static let noText = "'\\xff'"

    private static let damages: [Damage] = [
        Damage("conversations.id", noText, conversation), Damage("conversations.revision", largest, conversation),
        Damage("conversations.revision", "-7", conversation), Damage("conversations.stamp", "7", conversation),
        Damage("conversations.title", noText, conversation), Damage("conversations.has_owner", "false", conversation),
        Damage("conversations.owner_user", noText, conversation),
        Damage("conversations.owner_organization", noText, conversation),
        Damage("conversations.created", "7", conversation), Damage("conversations.updated", "7", conversation),
        Damage("conversations.snapshot_updated", "7", conversation), Damage("conversations.deleted", "7", conversation),
        Damage("conversations.metadata", "'{'", conversation), Damage("conversations.metadata", "'[]'", conversation),
        Damage("conversations.has_origin", "true", conversation),
        Damage("conversations.has_origin", "false", "id = 'fork'"),
        Damage("conversations.origin_conversation", "'other'", "id = 'fork'"),
        Damage("conversations.origin_entry", noText, "id = 'fork'"),
        Damage("conversations.message_count", "message_count + 1", conversation),
        Damage("conversations.message_count", largest, conversation),
        Damage("conversations.message_count", "-\(largest) - 1", conversation),
        Damage("conversations.entry_count", "entry_count + 1", conversation),
        Damage("conversations.entry_count", "entry_count - 1", conversation),
        Damage("conversations.entry_count", largest, conversation),
        Damage("conversations.entry_count", "-\(largest) - 1", conversation),
        Damage("conversations.turn_count", "turn_count + 1", conversation),
        Damage("conversations.turn_count", "-\(largest) - 1", conversation),
        Damage("conversations.rewind_count", "0", conversation),
        Damage("conversations.rewind_count", largest, conversation), Damage("conversations.head", "'{'", conversation),
        Damage("entries.list", "7", entry), Damage("entries.position", "100", entry),
        Damage("entries.position", "100", "position = 5 AND list = 0"),
        Damage("entries.position", largest, "position = 5 AND list = 0"),
        Damage("entries.position", "-1", "position = 5 AND list = 0"),
        Damage("entries.position", "100", "position = 1 AND list = 1"), Damage("entries.id", "'other'", entry),
        Damage("entries.id", noText, entry), Damage("entries.date", "NULL", entry),
        Damage("entries.date", "date + 1", entry), Damage("entries.is_message", "NOT is_message", entry),
        Damage("entries.body", "'{}'", entry), Damage("entries.body", "body || ' '", entry),
        Damage("entries.checksum", "0", entry), Damage("entries.words", "NULL", entry),
        Damage("entries.words", "'{other}'", entry), Damage("turns.position", "100", "position = 1"),
        Damage("turns.position", "100", "position = 2"), Damage("turns.body", "'{'", "position = 1"),
        Damage("turns.body", "(SELECT body FROM entries LIMIT 1)", "position = 1"), Damage("rewinds.list", "9", "true"),
        Damage("rewinds.entry_count", "entry_count + 1", "true"), Damage("rewinds.body", "'{'", "true"),
        Damage("artifacts.name", "'other'", "name = 'empty' AND version = 2"),
        Damage("artifacts.name", noText, "name = 'empty'  AND version = 2"),
        Damage("artifacts.version", "7", "name = 'empty' AND version = 2"),
        Damage("artifacts.version", largest, "name = 'empty' AND version = 2"),
        Damage("artifacts.type", noText, "name = 'file'"), Damage("artifacts.created", "7", "name = 'file'"),
        Damage("artifacts.byte_count", "byte_count + 1", "name = 'file'"),
        Damage("artifacts.byte_count", "-7", "name = 'file'"), Damage("artifacts.byte_count", largest, "name = 'file'"),
        Damage("artifact_chunks.number", "1", "true"), Damage("artifact_chunks.number", largest, "true"),
        Damage("artifact_chunks.data", "'other'", "true"), Damage("artifact_chunks.digest", "'other'", "true"),
    ]

    /// What may hold any value: nothing else says what it should be.
    private static let free: Set<String> = [
        "conversations.stamp", "conversations.created", "conversations.updated", "conversations.snapshot_updated",
        "conversations.deleted", "artifacts.created",
    ]

    /// What the server does not let be changed, as other rows refer to it.
    private static let bound: Set<String> = [
        "conversations.key", "entries.conversation", "turns.conversation", "rewinds.conversation", "artifacts.conversation",
        "artifact_chunks.conversation", "artifact_chunks.name", "artifact_chunks.version",
    ]

    private let owner = Owner(user: "ada", organization: "analytical")

    /// A library with a conversation that has everything that there can be, and a fork of it.
    private func prepared() async throws -> ChatLibrary {
        let library = try await TestDatabase.openLibrary()
        _ = try await library.create(NewConversation(id: "a", title: "Title", owner: owner, metadata: ["key": "value"]))
        let conversation = try await library.addConversation("a", turns: 4)
        try await conversation.rewind(toBefore: #require(conversation.snapshot.turns.last).id)
        _ = try await library.saveArtifact([1, 2, 3], named: "file", type: "type", in: "a")
        for _ in 0..<2 { _ = try await library.saveArtifact([], named: "empty", in: "a") }
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "fork"))
        return library
    }

    /// What the verbs that read answer.
    private func answers(_ library: ChatLibrary) async throws -> [String: String] {
        var answers: [String: String] = [:]
        func ask(_ verb: String, _ body: () async throws(HistoryStoreError) -> Any) async {
            do throws(HistoryStoreError) { answers[verb] = "\(try await body())" } catch {
                // None of them says what the caller could do about it but these.
                #expect([.damaged, .notFound].contains(error.code), "\(verb): \(error)")
                answers[verb] = "error"
            }
        }
        let mine = library.scoped(to: owner)
        let snapshot = try? await library.store(for: "fork").load()
        let entries = snapshot?.entries.map(\.id) ?? []
        let day = snapshot?.entries.first?.date ?? .distantPast
        for id in ["a", "fork"] as [ConversationID] {
            await ask("load \(id)") { () throws(HistoryStoreError) in try await library.store(for: id).load() as Any }
            await ask("info \(id)") { () throws(HistoryStoreError) in try await library.info(of: id) }
            await ask("my info \(id)") { () throws(HistoryStoreError) in try await mine.info(of: id) }
            await ask("contents \(id)") { () throws(HistoryStoreError) in try await library.contents(of: id) }
            for messagesOnly in [false, true] {
                for edge in [EntryRequest.Edge.oldest, .newest] {
                    await ask("entries \(id) \(messagesOnly) \(edge)") { () throws(HistoryStoreError) in
                        try await library.entries(
                            of: id,
                            EntryRequest(from: edge, offset: 1, limit: 3, messagesOnly: messagesOnly)
                        )
                    }
                }
            }
        }
        await ask("list") { () throws(HistoryStoreError) in try await library.list(ListRequest()) }
        await ask("my list") { () throws(HistoryStoreError) in try await mine.list(ListRequest()) }
        await ask("trash") { () throws(HistoryStoreError) in try await library.list(ListRequest(trash: .only)) }
        await ask("titles") { () throws(HistoryStoreError) in try await library.list(ListRequest(title: "title")) }
        await ask("search") { () throws(HistoryStoreError) in try await library.search(SearchRequest("answer")) }
        await ask("search by date") { () throws(HistoryStoreError) in
            try await library.search(SearchRequest("answer", dates: day..<day.addingTimeInterval(3600)))
        }
        await ask("statistics") { () throws(HistoryStoreError) in try await library.statistics() }
        await ask("artifacts") { () throws(HistoryStoreError) in try await library.artifacts(in: "a") }
        for (name, version) in [("file", 1), ("empty", 1), ("empty", 2)] {
            await ask("artifact \(name) \(version)") { () throws(HistoryStoreError) in
                try await library.artifact(named: name, version: version, in: "a")
            }
        }
        for (number, entry) in ([nil] + entries.map(Optional.some)).enumerated() {
            await ask("fork \(number)") { () throws(HistoryStoreError) in
                let id = ConversationID("fork \(number)")
                let fork = try await library.fork("a", after: entry, as: NewConversation(id: id))
                let count = try await library.store(for: id).load()?.entries.count
                try await library.delete(id)
                _ = try await library.purge(.conversation(id))
                return "\(fork.messageCount) \(fork.entryCount) \(String(describing: count))"
            }
        }
        return answers
    }

    /// The verbs that change something and cannot.
    private func failures(_ library: ChatLibrary) async -> [String] {
        var failures: [String] = []
        func attempt(_ verb: String, _ body: () async throws -> Void) async {
            do { try await body() } catch let error as HistoryStoreError {
                #expect([.damaged, .notFound].contains(error.code), "\(verb): \(error)")
                failures.append(verb)
            } catch { failures.append(verb) }
        }
        await attempt("turn") {
            // Whatever the error of a turn is, it carries that of the store, which is that of a load or a save.
            try await Conversation(restoring: library.store(for: "a")).addTurn(7)
        }
        await attempt("edit") {
            let store = library.store(for: "a")
            guard var snapshot = try await store.load() else { return }
            for position in snapshot.entries.indices {
                try snapshot.update(snapshot.entries[position].id) { $0.isPinned.toggle() }
            }
            try await store.save(snapshot)
        }
        await attempt("append") { try await library.append([HistoryEntry(.message(ChatMessage.user("more")))], to: "a") }
        await attempt("artifact") { _ = try await library.saveArtifact([], named: "empty", in: "a") }
        await attempt("rename") { try await library.rename("a", to: "Another") }
        await attempt("delete") { try await library.delete("a") }
        await attempt("restore") { try await library.restore("a") }
        await attempt("delete again") { try await library.delete("a") }
        await attempt("purge") { _ = try await library.purge(.everything) }
        return failures
    }

    @Test("What keeps a verb from its answer is told", arguments: damages)
    func damaged(_ damage: Damage) async throws {
        let library = try await prepared()
        #expect(try await library.verify() == [])
        let before = try await answers(library)
        let sql = "UPDATE \(damage.table) SET \(damage.name) = \(damage.value) WHERE \(damage.row)"
        let changed = try await library.cost { try await library.execute(sql) }
        #expect(changed.rowsWritten > 0)
        let after = try await answers(library)
        let problems = try await library.verify()
        let failures = await failures(library)
        if Self.free.contains(damage.column) {
            #expect(problems.isEmpty)
            return
        }
        let changedAnswers = before.keys.filter { before[$0] != after[$0] }.sorted()
        #expect(!problems.isEmpty || changedAnswers.isEmpty && failures.isEmpty, "\(changedAnswers) \(failures)")
    }

    @Test("Every column is tried, or is said not to be")
    func complete() async throws {
        let library = try await TestDatabase.openLibrary()
        let columns = try await library.execute(
            """
            SELECT string_agg(table_name || '.' || column_name, ' ') FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name NOT IN ('properties', 'role_owners')
            """
        )
        let tried = Set(Self.damages.map(\.column)).union(Self.bound)
        #expect(Set(columns?.split(separator: " ").map(String.init) ?? []) == tried)
    }
}
#endif
