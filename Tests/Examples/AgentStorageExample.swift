import ConversationHistory
import ConversationHistoryLibrary

#if SQLite
import ConversationHistorySQLite
#endif

/// For those who come from an agent's storage: tool calls, artifacts, search, statistics, in SQLite or in a directory.
enum AgentStorageExample {
    static func run(in directory: String) async throws -> [String] {
        var lines = try await use(DirectoryConversationLibrary(path: directory), backup: directory + "-backup")
        #if SQLite
        let database = try await SQLiteConversationLibrary(path: directory + ".sqlite")
        let same = try await use(database, backup: directory + "-backup.sqlite")
        lines.append("SQLite says the same: \(same == lines)")
        await database.close()
        #endif
        return lines
    }

    private static func use(_ library: some ConversationLibrary<ChatMessage>, backup: String) async throws -> [String] {
        var lines: [String] = []
        _ = try await library.create(NewConversation(id: "conv_123", title: "Mi Chat"))
        let conversation = try await Conversation(restoring: library.store(for: "conv_123"))

        // A turn of an agent that calls a tool: every message is saved.
        try await conversation.turn("Hola, crea un archivo") { turn in
            let call = ToolCall(id: "call_1", name: "write_file", arguments: ["path": "test.txt", "content": "Hello"])
            try await turn.append(ChatMessage(role: .assistant, content: [.text("Archivo creado"), .toolCall(call)]))
            try await turn.append(.toolResult(callID: "call_1", text: "ok"))
            try await turn.append(.assistant("Listo"))
        }
        for message in conversation.messages {
            lines.append("\(message.role): \(message.text)")
            for call in message.toolCalls { lines.append("  \(call.name) \(call.arguments)") }
        }

        // Files that belong to the conversation, with their versions.
        let tasks = "# Tasks\n- [x] Implementar\n- [ ] Probar\n"
        _ = try await library.saveArtifact(Array(tasks.utf8), named: "task.md", type: "text/markdown", in: "conv_123")
        _ = try await library.saveArtifact([], named: "plan.md", type: nil, in: "conv_123")
        let artifact = try await library.artifact(named: "task.md", version: nil, in: "conv_123")
        lines.append("task.md is as it was: \(artifact.text == tasks)")
        lines.append("artifacts: \(try await library.artifacts(in: "conv_123").map(\.name))")

        // Search, counts, and a copy while others go on.
        for hit in try await library.search(SearchRequest("archivo", limit: 1)) {
            lines.append("found in \(hit.conversation): \(hit.snippet.text)")
        }
        lines.append("messages: \(try await library.info(of: "conv_123").messageCount)")
        let statistics = try await library.statistics()
        lines.append("statistics: \(statistics.conversationCount) conversation, \(statistics.artifactCount) artifacts")
        try await library.backUp(to: backup)
        lines.append("problems: \(try await library.verify().count)")
        try await library.delete("conv_123")
        lines.append("listed after the deletion: \(try await library.list(ListRequest()).conversations.count)")
        return lines
    }
}
