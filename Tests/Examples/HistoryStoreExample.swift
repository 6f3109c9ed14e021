import ConversationHistory
import ConversationHistoryLibrary

/// For those who come from ailoop: a store for a snapshot, in memory or in a JSON file.
enum HistoryStoreExample {
    static func run(in directory: String) async throws -> [String] {
        var lines: [String] = []
        let snapshot = try ConversationSnapshot<ChatMessage>(
            messages: [.user("hi"), .assistant("hello")],
            pinned: [true, false]
        )

        // In memory it cannot fail, so there is no `try`.
        let memory = InMemoryHistoryStore()
        lines.append("in memory before: \(await memory.load() == nil ? "nil" : "something")")
        await memory.save(snapshot)
        lines.append("in memory after: \(await memory.load() == snapshot)")

        // One conversation in a library is a store like any other; so is a single file.
        let library = DirectoryConversationLibrary(path: directory)
        lines += try await keep(snapshot, in: JSONFileHistoryStore(path: directory + ".json"))
        lines += try await keep(snapshot, in: library.store(for: "chat"))
        return lines
    }

    /// A store is written once, for every place.
    private static func keep(
        _ snapshot: ConversationSnapshot<ChatMessage>,
        in store: some HistoryStore<ChatMessage>
    ) async throws -> [String] {
        let before = try await store.load()
        try await store.save(snapshot)
        let after = try await store.load()
        return ["missing is nil: \(before == nil), comes back equal: \(after == snapshot)"]
    }
}
