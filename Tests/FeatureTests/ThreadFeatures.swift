import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import TestSupport
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Who knows threads finds")
struct ThreadFeatures {
    private let home = TemporaryDirectory()
    private let alice = Owner(user: "alice", organization: "acme_corp")

    private func day(_ number: Int) -> Date { Date(timeIntervalSince1970: Double(number) * 86_400) }

    @Test("users and organizations", arguments: LibraryKind.allCases)
    func owners(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let mine = library.scoped(to: alice)
            _ = try await mine.create(NewConversation(id: "mine"))
            _ = try await library.create(
                NewConversation(id: "theirs", owner: Owner(user: "bob", organization: "acme_corp"))
            )
            #expect(try await mine.info(of: "mine").owner == alice)
            #expect(try await mine.list(ListRequest()).conversations.map(\.id) == ["mine"])
            await #expect(throws: HistoryStoreError.self) { try await mine.info(of: "theirs") }
            let organization = library.scoped(to: Owner(organization: "acme_corp"))
            #expect(try await organization.list(ListRequest()).conversations.count == 2)
        }
        try await check(kind.open(in: home))
    }

    @Test("create, get, list with filters and a limit, current, delete and clear", arguments: LibraryKind.allCases)
    func threads(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            for number in 1...4 {
                let new = NewConversation(
                    id: ConversationID("t\(number)"),
                    title: number % 2 == 0 ? "Travel" : "Bugs",
                    owner: Owner(user: number < 4 ? "alice" : "bob"),
                    created: day(number)
                )
                _ = try await library.create(new)
            }
            #expect(try await library.info(of: "t1").title == "Bugs")
            func ids(_ request: ListRequest) async throws -> [ConversationID] {
                try await library.list(request).conversations.map(\.id)
            }
            #expect(try await ids(ListRequest(owner: Owner(user: "alice"), limit: 2)) == ["t3", "t2"])
            #expect(try await ids(ListRequest(title: "travel")) == ["t4", "t2"])
            #expect(try await ids(ListRequest(created: day(2)..<day(4), order: .oldestFirst)) == ["t2", "t3"])
            // The current one is a value; another one is current when that is opened.
            var current = try await library.conversation("t1")
            try await current.append(.user("to the first"))
            current = try await library.conversation("t2")
            try await current.append(.user("to the second"))
            #expect(try await library.texts(of: "t1") == ["to the first"])
            #expect(try await library.texts(of: "t2") == ["to the second"])
            try await current.clear()
            let cleared = try await library.info(of: "t2")
            #expect(cleared.title == "Travel" && cleared.messageCount == 0 && current.messages.isEmpty)
            try await library.delete("t1")
            #expect(try await ids(ListRequest()).contains("t1") == false)
        }
        try await check(kind.open(in: home))
    }

    @Test("messages with sender and metadata, by limit and offset", arguments: LibraryKind.allCases)
    func messages(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            for number in 0..<10 {
                let entry = HistoryEntry<ChatMessage>(
                    .message(.user("message \(number)")),
                    sender: number % 2 == 0 ? "alice" : nil,
                    metadata: ["number": JSONValue(integerLiteral: number)]
                )
                try await conversation.append(entry)
            }
            let page = try await library.entries(of: "chat", EntryRequest(offset: 4, limit: 2))
            #expect(page.totalCount == 10 && page.entries.map(\.sender) == ["alice", nil])
            #expect(page.entries.map(\.metadata) == [["number": 4], ["number": 5]])
            let newest = try await library.entries(of: "chat", EntryRequest(from: .newest, limit: 3))
            #expect(newest.entries.compactMap(\.message?.text) == ["message 7", "message 8", "message 9"])
        }
        try await check(kind.open(in: home))
    }

    @Test("a thread restored in a new process", arguments: LibraryKind.lasting)
    func restored(_ kind: LibraryKind) async throws {
        // Another instance over the same place knows what another process would; real processes are tested elsewhere.
        func begin(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.scoped(to: alice).conversation("thread")
            try await conversation.turn("Plan a trip to Tokyo") { try await $0.append(.assistant("I'll help you.")) }
        }
        func goOn(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.scoped(to: alice).conversation("thread")
            let given = try await conversation.turn("What's the weather like?") { $0.messages.map(\.text) }
            #expect(given == ["Plan a trip to Tokyo", "I'll help you.", "What's the weather like?"])
        }
        try await begin(kind.open(in: home))
        try await goOn(kind.open(in: home))
    }

    @Test("limits by messages and tokens, of what the model gets only", arguments: LibraryKind.allCases)
    func limits(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let policy = ContextPolicy<ChatMessage>(
                maximumMessages: 5,
                maximumTokens: 30,
                countTokens: { $0.text.utf8.count }
            )
            let conversation = try await library.conversation("chat", context: policy)
            for number in 0..<10 {
                let given = try await conversation.turn("question \(number)") { turn in
                    try await turn.append(.assistant("answer \(number)"))
                    return turn.messages
                }
                #expect(given.count <= 5 && given.reduce(0) { $0 + $1.text.utf8.count } <= 30)
                #expect(given.last?.text == "answer \(number)")
            }
            #expect(try await library.info(of: "chat").messageCount == 20)
        }
        try await check(kind.open(in: home))
    }

    @Test("configuration from environment variables: their names, and a connection URL")
    func configuration() throws {
        let parts = try LibraryConfiguration(environment: [
            "DB_BACKEND": "postgresql", "DB_HOST": "db.example.com", "DB_PORT": "5433", "DB_NAME": "fluxibly",
            "DB_USER": "ada", "DB_PASSWORD": "p@ss/word", "DB_POOL_SIZE": "7", "DB_MAX_OVERFLOW": "3",
            "ENABLE_DB_PERSISTENCE": "true", "DEFAULT_USER_ID": "alice", "DEFAULT_ORG_ID": "acme_corp",
        ])
        guard case .postgresql(let url) = parts.location else {
            Issue.record("\(parts.location)")
            return
        }
        #expect(url.string == "postgresql://ada:p%40ss%2Fword@db.example.com:5433/fluxibly")
        #expect(!"\(parts.location)".contains("p%40ss"))
        #expect(parts.owner == alice && parts.poolSize == 7 && parts.maximumOverflow == 3)
        let mock = try LibraryConfiguration(environment: ["DB_BACKEND": "mock"])
        #expect(mock.location == .memory)
        #expect(mock.owner == Owner(user: "default_user", organization: "default_org"))
        let address = try LibraryConfiguration(environment: ["DATABASE_URL": "sqlite:chat.db", "DB_BACKEND": "mock"])
        #expect(address.location == .sqlite("chat.db"))
    }

    @Test("full-text search", arguments: LibraryKind.allCases)
    func search(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            for (id, text) in [("a", "The Café in 東京"), ("b", "a cafe elsewhere"), ("c", "nothing")] {
                try await library.conversation(ConversationID(id)).append(.user(text))
            }
            func found(_ text: String) async throws -> Set<ConversationID> {
                Set(try await library.search(SearchRequest(text)).map(\.conversation))
            }
            #expect(try await found("CAFÉ") == ["a", "b"])
            #expect(try await found("京") == ["a"])
            #expect(try await found("\"cafe elsewhere\"") == ["b"])
            #expect(try await found("\" AND * (") == [])
            let snippet = try await library.search(SearchRequest("cafe", conversation: "a")).first?.snippet
            #expect(snippet.map { snippet in snippet.matchRanges.map { String(snippet.text[$0]) } } == ["Café"])
        }
        try await check(kind.open(in: home))
    }

    @Test("date filters", arguments: LibraryKind.allCases)
    func dates(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            _ = try await library.create(NewConversation(id: "old", created: day(1)))
            _ = try await library.create(NewConversation(id: "new", created: day(9)))
            let entries = (1...9).map { number in
                HistoryEntry<ChatMessage>(.message(.user("word \(number)")), date: day(number))
            }
            try await library.append(entries, to: "old")
            let listed = try await library.list(ListRequest(created: day(5)..<day(10))).conversations
            #expect(listed.map(\.id) == ["new"])
            let hits = try await library.search(SearchRequest("word", dates: day(3)..<day(5)))
            #expect(hits.map(\.date) == [day(4), day(3)])
        }
        try await check(kind.open(in: home))
    }

    @Test("batches: all of one, or nothing", arguments: LibraryKind.allCases)
    func batches(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            _ = try await library.create(NewConversation(id: "chat"))
            let batch = (0..<500).map { HistoryEntry<ChatMessage>(.message(.user("message \($0)"))) }
            try await library.append(batch, to: "chat")
            #expect(try await library.info(of: "chat").messageCount == 500)
            var deep: JSONValue = .null
            for _ in 0...JSONValue.maximumDepth { deep = [deep] }
            let bad = batch.prefix(3) + [HistoryEntry(.action(HistoryAction(name: "deep", payload: deep)))]
            await #expect(throws: HistoryStoreError.self) { try await library.append(Array(bad), to: "chat") }
            #expect(try await library.info(of: "chat").entryCount == 500)
        }
        try await check(kind.open(in: home))
    }

    @Test("lazy reading, of histories and of lists", arguments: LibraryKind.allCases)
    func lazyReading(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            _ = try await library.create(NewConversation(id: "chat"))
            let batch = (0..<25).map { HistoryEntry<ChatMessage>(.message(.user("\($0)"))) }
            try await library.append(batch, to: "chat")
            try await library.append([HistoryEntry(.action(HistoryAction(name: "done")))], to: "chat")
            var texts: [String] = []
            for try await entry in library.history(of: "chat", pageSize: 7, messagesOnly: true) {
                texts.append(entry.message?.text ?? "")
            }
            #expect(texts == (0..<25).map(String.init))
            var count = 0
            for try await _ in library.history(of: "chat", pageSize: 13) { count += 1 }
            #expect(count == 26)
            for number in 0..<5 { _ = try await library.create(NewConversation(id: ConversationID("c\(number)"))) }
            var listed: [ConversationID] = []
            for try await info in library.conversations(ListRequest(limit: 2)) { listed.append(info.id) }
            #expect(listed.count == 6 && Set(listed).count == 6)
            var missing = library.history(of: "never").makeAsyncIterator()
            await #expect(throws: HistoryStoreError.self) { try await missing.next() }
        }
        try await check(kind.open(in: home))
    }

    @Test("forks", arguments: LibraryKind.allCases)
    func forks(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            let first = try await conversation.append(.user("one"))
            try await conversation.append(.user("two"))
            let fork = try await library.fork("chat", after: first, as: NewConversation(id: "fork"))
            #expect(fork.origin == ForkOrigin(conversation: "chat", entry: first))
            try await library.conversation("fork").append(.user("another two"))
            try await library.delete("chat")
            _ = try await library.purge(.everything)
            #expect(try await library.texts(of: "fork") == ["one", "another two"])
        }
        try await check(kind.open(in: home))
    }

    @Test("edit and delete of messages", arguments: LibraryKind.allCases)
    func edits(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let conversation = try await library.conversation("chat")
            let ids = [
                try await conversation.append(.user("teh first")), try await conversation.append(.user("the second")),
            ]
            try await conversation.edit(ids[0]) { $0.content = .message(.user("the first")) }
            try await conversation.remove(ids[1])
            #expect(try await library.texts(of: "chat") == ["the first"])
            #expect(try await library.search(SearchRequest("teh")).isEmpty)
            #expect(try await library.search(SearchRequest("second")).isEmpty)
        }
        try await check(kind.open(in: home))
    }

    @Test("summaries, beside all that they sum up", arguments: LibraryKind.allCases)
    func summaries(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            let policy = ContextPolicy<ChatMessage>(
                maximumMessages: 3,
                summarize: { .assistant("\($0.count) messages in short") }
            )
            let conversation = try await library.conversation("chat", context: policy)
            for number in 0..<4 {
                try await conversation.turn("question \(number)") {
                    try await $0.append(.assistant("answer \(number)"))
                }
            }
            let entries = conversation.snapshot.entries
            #expect(entries.contains { $0.summary != nil } && entries.count { $0.message != nil } == 8)
            let again = try await library.conversation("chat", context: policy)
            #expect(again.context.messages.contains { $0.text.hasSuffix("in short") })
        }
        try await check(kind.open(in: home))
    }

    @Test("export and import, without duplicates", arguments: LibraryKind.allCases)
    func exchange(_ kind: LibraryKind) async throws {
        func check(_ library: some ConversationLibrary<ChatMessage>) async throws {
            try await library.conversation("chat").append(.user("with a \u{2028} and \r\n in it"))
            _ = try await library.saveArtifact([0, 0x0a, 0xff], named: "file", type: nil, in: "chat")
            let archive = try await LibraryExporter(library).exported()
            let copy = InMemoryConversationLibrary()
            #expect(try await LibraryImporter(copy).importing(archive).imported.count == 1)
            #expect(try await LibraryImporter(copy).importing(archive).alreadyThere.count == 1)
            #expect(try await LibraryExporter(copy).exported() == archive)
            let history = try #require(try await library.store(for: "chat").load())
            #expect(MarkdownExport.text(of: history).contains("with a"))
        }
        try await check(kind.open(in: home))
    }
}
