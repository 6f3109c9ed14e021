import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

#if SQLite
@testable import ConversationHistorySQLite
#endif

@Suite("Who knows an agent's storage finds")
struct AgentStorageFeatures {
    private let home = TemporaryDirectory()

    #if SQLite
    @Test("SQLite with WAL, indexes, a timeout of 10 seconds, and transactions")
    func database() async throws {
        let library = try await SQLiteConversationLibrary(path: home.path("agent.db"))
        try await library.pool.read { (database) throws(SQLiteFailure) in
            #expect(try database.text("PRAGMA journal_mode") == "wal")
            #expect(try database.number("PRAGMA busy_timeout") == 10_000)
            let plan = try database.text(
                "EXPLAIN QUERY PLAN SELECT id FROM conversations WHERE deleted IS NULL ORDER BY updated DESC, id",
                column: 3
            )
            #expect(plan?.contains("conversations_by_date") == true, "\(plan ?? "no plan")")
        }
        let failure = HistoryStoreError(.io, operation: "test", location: "a test", reason: "The test wants it.")
        await #expect(throws: HistoryStoreError.self) {
            try await library.write("test") { (database) throws(SQLiteFailure) in
                try database.execute("DELETE FROM properties")
                throw .refused(failure)
            }
        }
        try await library.pool.read { (database) throws(SQLiteFailure) in
            #expect(try database.number("SELECT count(*) FROM properties") != 0)
        }
        await library.close()
    }
    #endif

    @Test("messages with tool calls", arguments: LibraryKind.allCases)
    func toolCalls(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            // Order of keys and spelling of numbers are the model's.
            let arguments = try JSONValue(parsing: #"{"path":"test.txt","content":"Hello","mode":420.0,"big":1e400}"#)
            let call = ToolCall(id: "call_1", name: "write_file", arguments: arguments)
            let message = ChatMessage(role: .assistant, content: [.text("Archivo creado"), .toolCall(call)])
            try await library.conversation("conv_123").append(message)
            let stored = try await library.entries(of: "conv_123", EntryRequest()).entries.first?.message
            #expect(stored == message)
            #expect(stored?.toolCalls.first?.arguments.jsonString == arguments.jsonString)
        }
        try await check(kind.open(in: home))
    }

    @Test("message counts", arguments: LibraryKind.allCases)
    func counts(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            _ = try await library.create(NewConversation(id: "conv_123", title: "Mi Chat"))
            #expect(try await library.info(of: "conv_123").messageCount == 0)
            let conversation = try await library.conversation("conv_123")
            try await conversation.turn("Hola") { try await $0.append(.assistant("Hola")) }
            try await conversation.addAction("seen")
            let info = try await library.list(ListRequest()).conversations.first
            #expect(info?.messageCount == 2 && info?.entryCount == 3)
        }
        try await check(kind.open(in: home))
    }

    @Test("search by content", arguments: LibraryKind.allCases)
    func search(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            try await library.conversation("conv_123").append(.user("Hola, crea un archivo"))
            let hits = try await library.search(SearchRequest("ARCHIVO"))
            #expect(hits.map(\.conversation) == ["conv_123"] && hits.map(\.role) == [.user])
        }
        try await check(kind.open(in: home))
    }

    @Test("artifacts saved, loaded and listed", arguments: LibraryKind.allCases)
    func artifacts(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            _ = try await library.create(NewConversation(id: "conv_123"))
            for text in ["# Tasks\n", "# Tasks\n- [x] done\n"] {
                _ = try await library.saveArtifact(Array(text.utf8), named: "task.md", type: nil, in: "conv_123")
            }
            _ = try await library.saveArtifact([], named: "walkthrough.md", type: nil, in: "conv_123")
            let newest = try await library.artifact(named: "task.md", version: nil, in: "conv_123")
            #expect(newest.text == "# Tasks\n- [x] done\n" && newest.info.version == 2)
            #expect(try await library.artifact(named: "task.md", version: 1, in: "conv_123").text == "# Tasks\n")
            #expect(try await library.artifacts(in: "conv_123").map(\.name) == ["task.md", "walkthrough.md"])
        }
        try await check(kind.open(in: home))
    }

    @Test("artifacts as files in a directory of their conversation")
    func artifactFiles() async throws {
        let library = DirectoryConversationLibrary(path: home.path("data"))
        _ = try await library.create(NewConversation(id: "conv_123"))
        _ = try await library.saveArtifact(Array("# Tasks".utf8), named: "task.md", in: "conv_123")
        #expect(home.read("data/artifacts/conv_123/task.md") == Array("# Tasks".utf8))
    }

    @Test("statistics", arguments: LibraryKind.allCases)
    func statistics(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            for id in ["a", "b"] as [ConversationID] { try await library.conversation(id).append(.user("hello")) }
            _ = try await library.saveArtifact([1, 2, 3], named: "file", type: nil, in: "a")
            try await library.delete("b")
            let statistics = try await library.statistics()
            #expect(statistics.conversationCount == 1 && statistics.deletedCount == 1 && statistics.messageCount == 1)
            #expect(statistics.artifactCount == 1 && statistics.artifactBytes == 3)
        }
        try await check(kind.open(in: home))
    }

    @Test("a backup while it is in use", arguments: LibraryKind.lasting)
    func backup(_ kind: LibraryKind) async throws {
        let copies = TemporaryDirectory()
        func write(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for number in 0..<20 { try await conversation.append(.user("\(number)")) } }
                group.addTask { try await library.backUp(to: copies.path(kind.nameOfBackup)) }
                try await group.waitForAll()
            }
        }
        func check(_ copy: some ConversationLibrary<ChatMessage>) async throws {
            #expect(try await copy.verify().isEmpty)
            for try await info in copy.conversations() {
                let texts = try await copy.texts(of: info.id)
                #expect(texts == (0..<texts.count).map(String.init))
            }
        }
        try await write(kind.open(in: home))
        try await check(kind.openBackup(in: copies))
    }

    @Test("a directory that can be moved")
    func moved() async throws {
        let library = DirectoryConversationLibrary(path: home.path("data"))
        try await library.conversation("chat").append(.user("hello"))
        _ = try await library.saveArtifact([1], named: "task.md", in: "chat")
        _ = try await library.list()
        home.move("data", to: "moved")
        let moved = DirectoryConversationLibrary(path: home.path("moved"))
        #expect(try await moved.texts(of: "chat") == ["hello"])
        #expect(try await moved.artifact(named: "task.md", in: "chat").data == [1])
        try await moved.conversation("chat").append(.user("and on"))
        #expect(try await moved.verify().isEmpty)
    }
}

#if SQLite
extension SQLiteDatabase {
    /// The text of a column in the first row of a query.
    fileprivate func text(_ sql: String, column: Int32 = 0) throws(SQLiteFailure) -> String? {
        try withUncachedStatement(sql) { (statement) throws(SQLiteFailure) in
            try statement.step() ? try statement.textIfPresent(at: column) : nil
        }
    }

    /// The number in the first row of a query.
    fileprivate func number(_ sql: String) throws(SQLiteFailure) -> Int? {
        try withUncachedStatement(sql) { (statement) throws(SQLiteFailure) in
            try statement.step() ? try statement.int(at: 0) : nil
        }
    }
}
#endif
