import ConversationHistory
import TestSupport
import Testing

/// What a save asks of the system depends on what changed, not on how long the history is.
@Suite struct CostTests {
    /// The new footer, and the blanks in the place of the old one.
    private static let footerBytes = 1024

    @Test(arguments: [100, 20_000])
    func appendedTurnIsOneSyncAndItsOwnLines(messageCount: Int) async throws {
        let directory = TemporaryDirectory()
        let calls = FaultySystemCalls()
        let store = Self.store(directory, calls)
        var snapshot = try Self.snapshot(messageCount)
        try await store.save(snapshot)
        let size = directory.read("chat.json")?.count ?? 0
        let (syncs, written) = (calls.syncCount, calls.bytesWritten)

        try snapshot.append(.user(String(repeating: "question ", count: 40)))
        try snapshot.append(.assistant(String(repeating: "answer ", count: 200)))
        try await store.save(snapshot)

        let lines = try Self.byteCount(of: snapshot.entries.suffix(2))
        let grown = (directory.read("chat.json")?.count ?? 0) - size
        #expect(calls.syncCount - syncs == 1)
        #expect(calls.bytesWritten - written >= lines)
        #expect(calls.bytesWritten - written <= lines + Self.footerBytes)
        #expect(grown <= lines + Self.footerBytes)
    }

    @Test(arguments: [100, 20_000])
    func turnOfAConversationIsTwoSyncs(messageCount: Int) async throws {
        let directory = TemporaryDirectory()
        let calls = FaultySystemCalls()
        let snapshot = try Self.snapshot(messageCount)
        let conversation = try await Conversation(snapshot, savingTo: Self.store(directory, calls))
        let (syncs, written) = (calls.syncCount, calls.bytesWritten)

        _ = try await conversation.turn("How are you?") { try await $0.append(.assistant("Well.")) }

        // One before the loop runs and one behind it.
        #expect(calls.syncCount - syncs == 2)
        let lines = try Self.byteCount(of: conversation.snapshot.entries.suffix(2))
        #expect(calls.bytesWritten - written <= lines + 2 * Self.footerBytes)
    }

    @Test(arguments: [100, 20_000])
    func unchangedSnapshotIsNotWritten(messageCount: Int) async throws {
        let directory = TemporaryDirectory()
        let calls = FaultySystemCalls()
        let store = Self.store(directory, calls)
        let snapshot = try Self.snapshot(messageCount)
        try await store.save(snapshot)
        let (syncs, written, read) = (calls.syncCount, calls.bytesWritten, calls.names.count { $0 == "pread" })

        try await store.save(snapshot)

        #expect(calls.syncCount == syncs)
        #expect(calls.bytesWritten == written)
        #expect(calls.names.count { $0 == "pread" } == read)
    }

    private static func store(
        _ directory: TemporaryDirectory,
        _ calls: FaultySystemCalls
    ) -> JSONFileHistoryStore<ChatMessage> {
        JSONFileHistoryStore(directory.path("chat.json"), .lines, .full, HistoryLimits(), .seconds(10), calls)
    }

    private static func snapshot(_ messageCount: Int) throws -> ConversationSnapshot<ChatMessage> {
        let text = "A message that is as long as a short question is."
        return ConversationSnapshot(messages: (0..<messageCount).map { .user("\($0): \(text)") })
    }

    /// The bytes of the lines that entries take up: those of a history of theirs, without the header and the footer.
    private static func byteCount(
        of entries: some Collection<HistoryEntry<ChatMessage>>
    ) throws -> Int {
        var snapshot = ConversationSnapshot<ChatMessage>()
        let empty = try snapshot.encoded().count
        for entry in entries { try snapshot.append(entry) }
        return try snapshot.encoded().count - empty
    }
}
