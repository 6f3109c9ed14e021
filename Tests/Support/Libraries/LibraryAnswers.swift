package import ConversationHistory
package import ConversationHistoryLibrary
import Foundation
import Testing

/// The results of a library's methods for one conversation, for comparison before and after damage.
package struct LibraryAnswers: Sendable {
    /// The owner of the conversation.
    package static let owner = Owner(user: "ada", organization: "analytical")

    /// Adds a conversation "a" with every kind of content, and a fork of it.
    package static func prepare(_ library: some ConversationLibrary<ChatMessage>) async throws {
        _ = try await library.create(NewConversation(id: "a", title: "Title", owner: owner, metadata: ["key": "value"]))
        let conversation = try await library.addConversation("a", turns: 4)
        try await conversation.rewind(toBefore: #require(conversation.snapshot.turns.last).id)
        _ = try await library.saveArtifact([1, 2, 3], named: "file", type: "type", in: "a")
        for _ in 0..<2 { _ = try await library.saveArtifact([], named: "empty", in: "a") }
        _ = try await library.fork("a", after: nil, as: NewConversation(id: "fork"))
    }

    private let answers: [String: String]

    /// Calls the methods that read, and those that leave no changes behind.
    ///
    /// - Parameter accepted: The codes of errors that tell the caller what to do.
    package init(
        of library: some ConversationLibrary<ChatMessage>,
        accepted: Set<HistoryStoreError.Code> = [.damaged, .notFound]
    ) async {
        var answers: [String: String] = [:]
        func ask(_ verb: String, _ body: () async throws(HistoryStoreError) -> Any) async {
            do throws(HistoryStoreError) { answers[verb] = "\(try await body())" } catch {
                #expect(accepted.contains(error.code), "\(verb): \(error)")
                answers[verb] = "error"
            }
        }
        let mine = library.scoped(to: Self.owner)
        // If the fork cannot be loaded, the calls that depend on its entries are skipped or match nothing.
        let snapshot = try? await library.store(for: "fork").load()
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
        let entries = snapshot?.entries.map(\.id) ?? []
        for (number, entry) in ([nil] + entries.map(Optional.some)).enumerated() {
            await ask("fork \(number)") { () throws(HistoryStoreError) in
                let id = ConversationID("fork \(number)")
                let fork = try await library.fork("a", after: entry, as: NewConversation(id: id))
                let count = try await library.contents(of: id).snapshot.entries.count
                try await library.delete(id)
                _ = try await library.purge(.conversation(id))
                return "\(fork.messageCount) \(fork.entryCount) \(count)"
            }
        }
        self.answers = answers
    }

    /// Returns the calls whose results differ from those before.
    package func changes(since before: LibraryAnswers) -> [String] {
        before.answers.keys.filter { answers[$0] != before.answers[$0] }.sorted()
    }

    /// Calls the methods that change something, and returns those that fail.
    package static func failures(
        of library: some ConversationLibrary<ChatMessage>,
        accepted: Set<HistoryStoreError.Code> = [.damaged, .notFound]
    ) async -> [String] {
        var failures: [String] = []
        func attempt(_ verb: String, _ body: () async throws -> Void) async {
            do { try await body() } catch let error as HistoryStoreError {
                #expect(accepted.contains(error.code), "\(verb): \(error)")
                failures.append(verb)
            } catch { failures.append(verb) }
        }
        await attempt("turn") { try await Conversation(restoring: library.store(for: "a")).addTurn(7) }
        await attempt("edit") {
            let store = library.store(for: "a")
            guard var snapshot = try await store.load() else { return }
            for position in snapshot.entries.indices {
                try snapshot.update(snapshot.entries[position].id) { $0.isPinned.toggle() }
            }
            try await store.save(snapshot)
        }
        await attempt("append") {
            try await library.append([HistoryEntry(.message(ChatMessage.user("more")))], to: "a")
        }
        await attempt("artifact") { _ = try await library.saveArtifact([], named: "empty", in: "a") }
        await attempt("rename") { try await library.rename("a", to: "Another") }
        await attempt("delete") { try await library.delete("a") }
        await attempt("restore") { try await library.restore("a") }
        await attempt("delete again") { try await library.delete("a") }
        await attempt("purge") { _ = try await library.purge(.everything) }
        return failures
    }
}

/// A change to a database value that bypasses the library.
package struct ColumnDamage: Sendable, CustomTestStringConvertible {
    /// The table and the column, separated by a dot.
    package let column: String
    private let value: String
    private let row: String

    /// Creates a change.
    ///
    /// - Parameters:
    ///   - column: The table and the column, separated by a dot.
    ///   - value: The new value as an SQL expression.
    ///   - row: The condition for the rows in SQL.
    package init(_ column: String, _ value: String, _ row: String) {
        (self.column, self.value, self.row) = (column, value, row)
    }

    /// The SQL statement that makes the change.
    package var sql: String {
        let names = column.split(separator: ".")
        return "UPDATE \(names[0]) SET \(names[1]) = \(value) WHERE \(row)"
    }

    package var testDescription: String { "\(column) = \(value) where \(row)" }
}
