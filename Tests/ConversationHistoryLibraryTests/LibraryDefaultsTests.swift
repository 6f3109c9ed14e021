import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

/// Code that knows nothing of a library but that it is one leaves out what may be left out.
@Suite struct LibraryDefaultsTests {
    private func use(_ library: some ConversationLibrary<ChatMessage>) async throws {
        var snapshot = ConversationSnapshot<ChatMessage>(messages: [.user("one"), .assistant("two")])
        snapshot.title = "T"
        try await library.store(for: "a").save(snapshot)
        #expect(try await library.list() == library.list(ListRequest()))
        #expect(try await library.list().conversations.map(\.id) == ["a"])
        #expect(try await library.entries(of: "a") == library.entries(of: "a", EntryRequest()))
        #expect(try await library.entries(of: "a").totalCount == 2)

        let first = try await #require(library.entries(of: "a").entries.first?.id)
        #expect(try await library.fork("a").messageCount == 2)
        #expect(try await library.fork("a", after: first).messageCount == 1)
        #expect(try await library.fork("a", after: nil).messageCount == 2)
        let named = try await library.fork("a", as: NewConversation(id: "b"))
        #expect(named.id == "b" && named.title == "T" && named.messageCount == 2)
        #expect(try await library.statistics().conversationCount == 5)

        #expect(try await library.saveArtifact([1], named: "f", in: "a").type == nil)
        let saved = try await library.saveArtifact([2], named: "f", in: "a")
        let artifact = try await library.artifact(named: "f", in: "a")
        #expect(artifact == (try await library.artifact(named: "f", version: nil, in: "a")))
        #expect(artifact.info == saved && artifact.data == [2])
    }

    @Test func everyLibraryHasThem() async throws {
        try await use(InMemoryConversationLibrary())
        let home = TemporaryDirectory()
        try await use(DirectoryConversationLibrary(path: home.path("library"), durability: .processCrash))
    }

    /// A library of someone else's, which says nothing about them itself.
    @Test func aLibraryNeedNotDeclareThem() async throws {
        try await use(FailingLibrary(InMemoryConversationLibrary(), .load, of: "nobody"))
    }

    private func code(of body: () async throws(HistoryStoreError) -> Void) async -> HistoryStoreError.Code? {
        do throws(HistoryStoreError) {
            try await body()
            return nil
        } catch { return error.code }
    }

    private func askForNothing(_ library: some ConversationLibrary<ChatMessage>) async {
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.entries(of: "no") } == .notFound)
        #expect(await code { () throws(HistoryStoreError) in _ = try await library.fork("no") } == .notFound)
        let saving = await code { () throws(HistoryStoreError) in
            _ = try await library.saveArtifact([], named: "f", in: "no")
        }
        #expect(saving == .notFound)
        let loading = await code { () throws(HistoryStoreError) in _ = try await library.artifact(named: "f", in: "no")
        }
        #expect(loading == .notFound)
    }

    @Test func theyReportWhatTheWholeCallReports() async { await askForNothing(InMemoryConversationLibrary()) }
}
