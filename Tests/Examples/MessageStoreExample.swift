import ConversationHistory
import ConversationHistoryLibrary

/// For those who come from a message store: conversations with messages and actions, saved without being asked.
enum MessageStoreExample {
    static func run(in directory: String) async throws -> [String] {
        // In memory, for what need not outlive the process.
        let memory = InMemoryConversationLibrary()
        _ = try await memory.create(NewConversation(title: "Gone when the process ends"))

        // Or in a directory, which is created if it is missing.
        let library = DirectoryConversationLibrary(path: directory)
        let info = try await library.create(NewConversation(title: "New Conversation"))
        let conversation = try await Conversation(restoring: library.store(for: info.id))

        // Each of these is on disk when it returns.
        try await conversation.append(.user("Hello, world!"))
        try await conversation.addAction("button_click", payload: ["button_id": "submit"])

        // An explicit save is there too; of what is saved already, it writes nothing.
        try await conversation.save()

        // Another start finds everything.
        let restarted = DirectoryConversationLibrary(path: directory)
        var lines: [String] = []
        for try await info in restarted.conversations() {
            let restored = try await Conversation(restoring: restarted.store(for: info.id))
            lines.append("\(info.title ?? "untitled"): \(info.messageCount) message of \(info.entryCount) entries")
            for entry in restored.snapshot.entries {
                switch entry.content {
                case .message(let message): lines.append("\(message.role): \(message.text)")
                case .action(let action): lines.append("action \(action.name) \(action.payload)")
                case .summary, .other: break
                }
            }
        }
        return lines
    }
}
