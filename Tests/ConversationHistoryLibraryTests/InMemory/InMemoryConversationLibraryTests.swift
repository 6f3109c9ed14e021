import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryTesting
import TestSupport
import Testing

/// The library in memory is the reference of every other one: it passes both suites.
@Suite struct InMemoryConversationLibraryTests {
    typealias Library = InMemoryConversationLibrary<ChatMessage>

    @Test func conformance() async {
        var suite = ConversationLibraryConformance(make: { Library() }, reopen: { $0.scoped(to: Owner()) })
        suite.asksForTooLargeArtifact = true
        let (directory, names) = (TemporaryDirectory(), NameSource())
        suite.backups = .init(
            newPath: { directory.path(names.next()) },
            open: { DirectoryConversationLibrary(path: $0) }
        )
        let report = await suite.run()
        // Nothing in memory can be damaged behind its back.
        #expect(report.skipped == ["F0", "F10", "F11", "F13"])
        #expect(report.passed.count == ConformanceClause.conversationLibrary.count - 4)
    }

    @Test func storeConformance() async throws {
        var suite = try await ConversationLibraryConformance(make: { Library() }).storeConformance()
        suite.largeByteCount = 1 << 20
        let report = await suite.run()
        #expect(report.skipped == ["B1", "B2", "B3", "B8"])
        #expect(report.passed.count == ConformanceClause.historyStore.count - 4)
    }

    /// What is found, written down by hand: the suites compare other libraries with this one.
    @Test(arguments: [
        ("fox", ["english/e0", "english/e1", "english/e4"]),
        ("\"quick brown\"", ["english/e0"]), ("\"brown quick\"", []), ("fo", []), ("don't", ["english/e3"]),
        ("cafe", ["accents/e0", "accents/e1"]), ("strasse", ["accents/e3"]), ("istanbul", ["accents/e4"]),
        ("京", ["cjk/e0", "cjk/e1", "cjk/e2", "cjk/e6"]), ("東京", ["cjk/e0", "cjk/e1"]), ("京東", []),
        ("Swift言語", ["cjk/e4"]), ("言語", ["cjk/e4"]), ("15", []), ("iphone15", ["cjk/e4"]), ("爱", ["cjk/e6"]),
        ("елка", ["others/e0"]), ("🧵", ["signs/e0"]), ("thread", ["signs/e0"]),
        ("AND", ["english/e1", "accents/e7", "signs/e13"]),
        ("\"quoted words\"", ["signs/e2"]), ("quoted words", ["signs/e2", "signs/e3"]),
        ("\"quoted words", ["signs/e2"]), ("*", []), ("", []), ("drop table", ["signs/e11"]),
        (String(repeating: "fox ", count: 2_560), ["english/e0", "english/e1", "english/e4"]),
    ])
    func finds(_ query: String, _ expected: [String]) async throws {
        let library = Library()
        for (id, texts) in LibrarySearchCorpus.conversations {
            var snapshot = ConversationSnapshot<ChatMessage>(id: id)
            for (number, text) in texts.enumerated() {
                let entry = HistoryEntry<ChatMessage>(.message(.user(text)), id: EntryID("e\(number)"), date: nil)
                try snapshot.append(entry)
            }
            try await library.store(for: id).save(snapshot)
        }
        let found = try await library.search(SearchRequest(query)).map { "\($0.conversation)/\($0.entry)" }
        // Without dates: by conversation, the newest entry of each first.
        let order = expected.sorted { left, right in
            let (one, two) = (left.split(separator: "/e"), right.split(separator: "/e"))
            return one[0] == two[0] ? Int(one[1]) ?? 0 > Int(two[1]) ?? 0 : one[0] < two[0]
        }
        #expect(found == order)
    }
}
