import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// For those who come from a state manager: threads of users and organizations, limits, and planned features.
enum ThreadsExample {
    static func run(in directory: String) async throws -> [String] {
        let everyone = DirectoryConversationLibrary(path: directory)
        // What an application hands on: for Alice, nobody else's conversations exist.
        let library = everyone.scoped(to: Owner(user: "alice", organization: "acme_corp"))
        var lines: [String] = []

        // Where the library is and for whom, as an environment says.
        let configuration = try LibraryConfiguration(environment: ["DB_BACKEND": "mock", "DEFAULT_USER_ID": "alice"])
        lines.append("configured: \(configuration.location) for \(configuration.owner.user ?? "everyone")")

        // Threads, the current one of which is a value of yours.
        let planning = try await library.create(NewConversation(title: "Product Planning Discussion"))
        let triage = try await library.create(NewConversation(title: "Bug Triage"))
        var current = try await Conversation(
            restoring: library.store(for: planning.id),
            context: ContextPolicy(maximumMessages: 100, maximumTokens: 8_000)
        )
        try await current.append(.user("What features should we prioritize?"), sender: "alice")
        try await current.append(
            HistoryEntry(.message(.assistant("I recommend focusing on search.")), metadata: ["model": "small"])
        )
        current = try await Conversation(restoring: library.store(for: triage.id))
        try await current.append(.user("The export button does nothing."), sender: "alice")

        // A list with filters, and messages with limit and offset.
        let listed = try await library.list(ListRequest(title: "planning", limit: 10)).conversations
        lines.append("listed: \(listed.compactMap(\.title).joined(separator: ", "))")
        let page = try await library.entries(of: planning.id, EntryRequest(offset: 1, limit: 1))
        lines.append("second of \(page.totalCount): \(page.entries.first?.message?.text ?? "none")")

        // In a new process, the thread goes on; what the model gets stays within its limits.
        let resumed = try await Conversation(restoring: library.store(for: planning.id))
        let answer = try await resumed.turn("And what comes after that?") { turn in
            try await turn.append(.assistant("I was given \(turn.messages.count) messages."))
            return turn.messages.last?.text ?? ""
        }
        lines.append("answer: \(answer)")

        // Search, in any script, also by role and date.
        let hits = try await library.search(SearchRequest("features", roles: [.user]))
        lines.append("found: \(hits.map(\.snippet.text).joined(separator: " | "))")

        // Batches, and reading without loading the whole.
        let batch = (1...3).map { HistoryEntry<ChatMessage>(.message(.user("Note \($0)"))) }
        try await library.append(batch, to: triage.id)
        var count = 0
        for try await _ in library.history(of: triage.id, pageSize: 2) { count += 1 }
        lines.append("read lazily: \(count)")

        // A fork, an edit, a removal; each goes its own way.
        let fork = try await library.fork(
            planning.id,
            after: page.entries.first?.id,
            as: NewConversation(title: "What if")
        )
        let other = try await Conversation(restoring: library.store(for: fork.id))
        let ids = other.snapshot.entries.map(\.id)
        try await other.edit(ids[0]) { $0.content = .message(.user("Which features should wait?")) }
        try await other.remove(ids[1])
        lines.append("fork: \(other.messages.map(\.text).joined(separator: " | "))")
        lines.append("parent: \(try await library.info(of: planning.id).messageCount) messages")

        // Export and import; a second import makes no duplicates.
        let archive = try await LibraryExporter(library).exported()
        let copy = InMemoryConversationLibrary()
        let first = try await LibraryImporter(copy).importing(archive)
        let second = try await LibraryImporter(copy).importing(archive)
        lines.append("imported: \(first.imported.count), then \(second.imported.count)")

        // Clear the messages and keep the thread; or delete it, which a purge makes final.
        try await other.clear()
        try await library.delete(fork.id)
        let purged = try await library.purge(.everything)
        lines.append("purged: \(purged.conversations == [fork.id])")

        // Of another owner's conversation, nothing can be learnt.
        do throws(HistoryStoreError) {
            _ = try await everyone.scoped(to: Owner(user: "bob")).info(of: planning.id)
        } catch { lines.append("bob: \(error.reason)") }
        return lines
    }
}
