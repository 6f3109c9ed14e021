import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryTesting
import TestSupport
import Testing

// The code of the README and of the guides, in the order in which it stands there.

actor KeyValueHistoryStore: HistoryStore {
    let service: KeyValueService
    let key: String
    private var loadFailure: (any Error)?

    init(service: KeyValueService, key: String) {
        self.service = service
        self.key = key
    }

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws {
        if let loadFailure { throw loadFailure }
        try await service.set(key, to: snapshot.encoded())
    }

    func load() async throws -> ConversationSnapshot<ChatMessage>? {
        let bytes = try await service.value(of: key)
        do {
            let snapshot = try bytes.map { try ConversationSnapshot<ChatMessage>(decoding: $0) }
            loadFailure = nil
            return snapshot
        } catch {
            // What cannot be read is not written over.
            loadFailure = error
            throw error
        }
    }
}

actor VersionedHistoryStore: HistoryStore {
    let table: VersionedTable
    let key: String
    private let tracker = SnapshotTracker()

    init(table: VersionedTable, key: String) {
        self.table = table
        self.key = key
    }

    func load() async throws -> ConversationSnapshot<ChatMessage>? {
        guard let row = try await table.row(key) else {
            tracker.didFindNothing()
            return nil
        }
        var snapshot = try ConversationSnapshot<ChatMessage>(decoding: row.bytes)
        tracker.didLoad(&snapshot, StoredRevision(lineage: "", mark: row.version))
        return snapshot
    }

    func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws {
        let bytes = try snapshot.encoded()
        let save = tracker.beginSave(of: snapshot)
        // The closure is the body of a transaction: nobody else reads or writes the row meanwhile.
        let version = "\(UInt64.random(in: 0 ... .max))"
        let new = StoredRevision(lineage: "", mark: version)
        // If the update fails, it may have been carried out nonetheless; a retry is then no conflict.
        save.willWrite(new)
        let isSaved = try await table.update(key) { row in
            let current = row.map { StoredRevision(lineage: "", mark: $0.version) }
            guard save.admission(onto: current).isAdmitted else { return false }
            row = VersionedTable.Row(bytes: bytes, version: version)
            return true
        }
        guard isSaved else {
            save.didNotWrite(new)
            throw HistoryStoreError(.conflict, operation: "save", location: key, reason: "Someone else has saved.")
        }
        save.didWrite(new)
    }
}

struct Note: HistoryMessage {
    static var formatName: String { "note" }

    var role: MessageRole
    var text: String
    var tags: [String] = []
    var arguments: JSONValue = .null

    var searchableText: String { text }
}

extension ToolNote: HistoryMessage {
    var toolCallIDs: [String] { calls.map(\.id) }
    var toolResultIDs: [String] { results.map(\.callID) }

    func withToolParts(callIDs: [String?], resultIDs: [String?], keepingRest: Bool) -> ToolNote? {
        var copy = self
        copy.calls = zip(calls, callIDs).compactMap { call, id in id.map { ToolNote.Call(id: $0, name: call.name) } }
        copy.results = zip(results, resultIDs).compactMap { result, id in
            id.map { ToolNote.Outcome(callID: $0, text: result.text) }
        }
        if !keepingRest { copy.text = "" }
        return copy.text.isEmpty && copy.calls.isEmpty && copy.results.isEmpty ? nil : copy
    }

    static func placeholderResult(forCallIDs callIDs: [String]) -> ToolNote? {
        ToolNote(role: .tool, results: callIDs.map { Outcome(callID: $0, text: "The result was lost.") })
    }
}

@Suite struct Snippets {
    let directory = TemporaryDirectory()
    let model = RuleModel()
    let tools = Calculator()

    /// The store of the examples: in a directory of this test's own.
    private func JSONFileHistoryStore(path: String) -> JSONFileHistoryStore<ChatMessage> {
        ConversationHistory.JSONFileHistoryStore(path: directory.path(path))
    }

    private func smallestExample() async throws -> (restored: Int, answer: String) {
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: "chat.json"))
        print("\(conversation.messages.count) messages restored")

        let answer = try await conversation.turn("Plan a trip to Tokyo") { turn in
            let reply = try await model.respond(to: turn.messages)
            try await turn.append(.assistant(reply))
            return reply
        }
        print(answer)
        return (conversation.messages.count - 2, answer)
    }

    @Test func theSecondRunRestoresWhatTheFirstOneSaid() async throws {
        let first = try await smallestExample()
        #expect(first == (0, "1 messages read."))
        let second = try await smallestExample()
        #expect(second == (2, "3 messages read."))
    }

    @Test func keyValueStoreKeepsItsPromises() async {
        await HistoryStoreConformance(
            detectsConflicts: false,
            make: { KeyValueHistoryStore(service: KeyValueService(), key: "conversation") },
            reopen: { KeyValueHistoryStore(service: $0.service, key: $0.key) }
        ).run()
    }

    @Test func aStoreWithVersionsDetectsConflicts() async {
        await HistoryStoreConformance(
            make: { VersionedHistoryStore(table: VersionedTable(), key: "conversation") },
            reopen: { VersionedHistoryStore(table: $0.table, key: $0.key) },
            delete: { await $0.table.remove($0.key) }
        ).run()
    }

    @Test func aLoopWithTools() async throws {
        let store = InMemoryHistoryStore()
        let conversation = try await Conversation(
            restoring: store,
            policy: ConversationPolicy(saves: .eachMessage)
        )
        let answer = try await conversation.turn("What is 6 times 7?") { turn in
            while true {
                let reply = try await model.reply(to: turn.messages)
                try await turn.append(reply)
                guard !reply.toolCalls.isEmpty else { return reply.text }
                for call in reply.toolCalls {
                    let output = try await tools.run(call.name, call.arguments)
                    try await turn.append(.toolResult(callID: call.id, text: output))
                }
            }
        }
        #expect(answer == "It is 42.")
        #expect(await store.load()?.messages.count == 4)
    }

    @Test func streaming() async throws {
        let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: "chat.json"))
        try await conversation.turn("Tell me a story") { turn in
            for try await piece in model.stream(turn.messages) {
                try turn.stream(piece)
                print(piece, terminator: "")
            }
        }
        #expect(conversation.messages.last?.text == "Once upon a time.")
        #expect(conversation.snapshot.entries.last?.isIncomplete == false)
    }

    @Test func aBudgetWithSummaries() async throws {
        let store = JSONFileHistoryStore(path: "chat.json")
        let conversation = try await Conversation(
            restoring: store,
            context: ContextPolicy(
                maximumTokens: 8_000,
                summarize: { messages in
                    .user("Summary of what was said before: " + (try await model.summary(of: messages)))
                }
            )
        )
        let important = try await conversation.append(.user("My name is Ada."))
        try await conversation.pin(important)
        for number in 0..<12 {
            try await conversation.turn("Question \(number)") { turn in
                try await turn.append(.assistant(String(repeating: "long ", count: 1_000)))
            }
        }
        #expect(conversation.messages.count == 25)
        let context = conversation.context
        #expect(context.omittedCount > 0)
        #expect(context.messages.first == .user("My name is Ada."))
        #expect(context.messages.dropFirst().first?.text.hasPrefix("Summary of what was said before: ") == true)
    }

    @Test func aDamagedFileIsMovedAside() async throws {
        directory.write("chat.json", Array("{\"format\":\"conversation-history\",\"ver".utf8))
        var conversation: Conversation<ChatMessage>
        let store = JSONFileHistoryStore(path: "chat.json")
        let confirm = { (question: String) in !question.isEmpty }
        do {
            conversation = try await Conversation(restoring: store)
        } catch let error as HistoryStoreError where error.code == .damaged {
            print(error)
            guard confirm("Set the damaged history aside and begin a new one?") else { throw error }
            let copy = try await store.quarantine()
            print("The damaged history is now at \(copy).")
            conversation = try await Conversation(restoring: store)
        }
        try await conversation.save()
        #expect(try await JSONFileHistoryStore(path: "chat.json").load()?.id == conversation.id)
    }

    @Test func anAnswerThatCouldNotBeSavedIsNotLost() async throws {
        let conversation = try await Conversation(restoring: InMemoryHistoryStore())
        let loop: @Sendable (ActiveTurn<ChatMessage>) async throws -> String = { turn in
            try await turn.append(.assistant("Cold."))
            return "Cold."
        }
        let answer: String
        do {
            answer = try await conversation.turn("And in winter?", perform: loop)
        } catch let error as UnsavedTurnError<String> {
            answer = try error.outcome.get()
            print("Not saved yet: \(error.cause)")
        }
        #expect(answer == "Cold.")
    }

    @Test func choosingAStore() async throws {
        do {
            let store = JSONFileHistoryStore(path: "chat.json")
            #expect(try await store.load() == nil)
        }
        do {
            let store = InMemoryHistoryStore()
            #expect(await store.load() == nil)
        }
    }

    @Test func aLibrary() async throws {
        let path = directory.path("data")
        let library = DirectoryConversationLibrary(path: path).scoped(to: Owner(user: "ada"))
        let info = try await library.create(NewConversation(title: "Trip to Tokyo"))
        let conversation = try await Conversation(restoring: library.store(for: info.id))
        try await conversation.append(.user("When do the cherries bloom in 東京?"))
        let hits = try await library.search(SearchRequest("東"))
        #expect(hits.map(\.conversation) == [info.id])
        #expect(conversation.title == "Trip to Tokyo")
    }

    @Test func messagesOfAnotherType() async throws {
        let path = directory.path("notes.json")
        typealias JSONFileHistoryStore<Message: HistoryMessage> = ConversationHistory.JSONFileHistoryStore<Message>
        let store = JSONFileHistoryStore<Note>(path: path)
        let conversation = try await Conversation(restoring: store)
        try await conversation.append(Note(role: .user, text: "Milk", arguments: try JSONValue(parsing: "1e400")))
        #expect(try await JSONFileHistoryStore<Note>(path: path).load() == conversation.snapshot)
        await #expect(throws: HistoryStoreError.self) {
            try await JSONFileHistoryStore<ToolNote>(path: path).load()
        }
    }

    @Test func toolsOfAnotherTypeAreRepaired() throws {
        var snapshot = ConversationSnapshot<ToolNote>()
        try snapshot.append(ToolNote(role: .assistant, calls: [.init(id: "1", name: "clock")]))
        #expect(snapshot.context().messages.last?.results == [.init(callID: "1", text: "The result was lost.")])
    }
}
