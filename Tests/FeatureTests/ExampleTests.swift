import TestSupport
import Testing

@testable import Examples

@Suite("The examples do what they say")
struct ExampleTests {
    private let home = TemporaryDirectory()

    @Test("for those who come from a message store")
    func messageStore() async throws {
        let lines = try await MessageStoreExample.run(in: home.path("data"))
        #expect(
            lines == [
                "New Conversation: 1 message of 2 entries", "user: Hello, world!",
                #"action button_click {"button_id":"submit"}"#,
            ]
        )
    }

    @Test("for those who come from threads")
    func threads() async throws {
        let lines = try await ThreadsExample.run(in: home.path("data"))
        #expect(
            lines == [
                "configured: memory: for alice", "listed: Product Planning Discussion",
                "second of 2: I recommend focusing on search.",
                "answer: I was given 3 messages.", "found: What features should we prioritize?",
                "read lazily: 4", "fork: Which features should wait?", "parent: 4 messages", "imported: 3, then 0",
                "purged: true", "bob: There is no such conversation.",
            ]
        )
    }

    @Test("for those who come from a history store")
    func historyStore() async throws {
        let lines = try await HistoryStoreExample.run(in: home.path("data"))
        let same = "missing is nil: true, comes back equal: true"
        #expect(lines == ["in memory before: nil", "in memory after: true", same, same])
    }

    @Test("for those who come from an agent's storage")
    func agentStorage() async throws {
        var expected = [
            "user: Hola, crea un archivo", "assistant: Archivo creado",
            #"  write_file {"path":"test.txt","content":"Hello"}"#, "tool: ", "assistant: Listo",
            "task.md is as it was: true", #"artifacts: ["plan.md", "task.md"]"#,
            "found in conv_123: Archivo creado", "messages: 4", "statistics: 1 conversation, 2 artifacts",
            "problems: 0", "listed after the deletion: 0",
        ]
        #if SQLite
        expected.append("SQLite says the same: true")
        #endif
        let lines = try await AgentStorageExample.run(in: home.path("data"))
        #expect(lines == expected)
    }

    @Test("and the program runs all of them")
    func all() async throws {
        #expect(Examples.all.map(\.name) == ["message-store", "threads", "history-store", "agent-storage"])
        for (name, run) in Examples.all { #expect(try await !run(home.path(name)).isEmpty) }
    }
}
