import ConversationHistory
import ConversationHistoryTesting
import Testing

@Suite struct WrappingStoreTests {
    private struct Broken: Error, Equatable { var number = 0 }

    private struct Code: Error, Equatable {
        let value: Int
        init(_ value: Int) { self.value = value }
    }

    private func snapshot(_ text: String) -> ConversationSnapshot<ChatMessage> {
        ConversationSnapshot(messages: [.user(text)])
    }

    @Test func recordsInOrder() async {
        let store = RecordingHistoryStore(InMemoryHistoryStore())
        #expect(await store.load() == nil)
        await store.save(snapshot("one"))
        await store.save(snapshot("two"))
        #expect(await store.load() == snapshot("two"))
        #expect(store.saved == [snapshot("one"), snapshot("two")])
        #expect(store.loadCount == 2)
        #expect(store.events.count == 4)
        guard case .load(nil) = store.events.first, case .load(.some) = store.events.last else {
            Issue.record("The loads were not recorded at their places.")
            return
        }
        store.removeEvents()
        #expect(store.events.isEmpty && store.loadCount == 0)
    }

    @Test func recordsFailures() async {
        let failing = FailingHistoryStore(InMemoryHistoryStore(), failure: Broken(number: 7))
        let store = RecordingHistoryStore(failing)
        failing.failSave()
        failing.failLoad()
        await #expect(throws: Broken(number: 7)) { try await store.save(snapshot("lost")) }
        await #expect(throws: Broken(number: 7)) { _ = try await store.load() }
        #expect(store.saved.isEmpty && store.loadCount == 1)
        guard case .save(let tried, failure: .some) = store.events[0], case .failedLoad = store.events[1] else {
            Issue.record("The failures were not recorded.")
            return
        }
        #expect(tried == snapshot("lost"))
    }

    @Test func failsTheSaveThatWasNamed() async throws {
        let store = FailingHistoryStore(InMemoryHistoryStore(), failure: Broken())
        store.failSave(2)
        try await store.save(snapshot("one"))
        await #expect(throws: Broken()) { try await store.save(snapshot("two")) }
        #expect(try await store.load() == snapshot("one"))
        try await store.save(snapshot("three"))
        #expect(try await store.load() == snapshot("three"))
    }

    @Test func failsAfterTheSave() async throws {
        let store = FailingHistoryStore(InMemoryHistoryStore(), failure: Broken())
        store.failSave(1, .after)
        await #expect(throws: Broken()) { try await store.save(snapshot("one")) }
        #expect(try await store.load() == snapshot("one"))
    }

    @Test func failsWhileItIsToldTo() async throws {
        let store = FailingHistoryStore(InMemoryHistoryStore(snapshot("kept")), failure: Broken())
        store.failsSaves = true
        store.failsLoads = true
        for _ in 0..<3 {
            await #expect(throws: Broken()) { try await store.save(snapshot("lost")) }
            await #expect(throws: Broken()) { _ = try await store.load() }
        }
        store.failsLoads = false
        #expect(try await store.load() == snapshot("kept"))
        store.failsSaves = false
        try await store.save(snapshot("new"))
        #expect(try await store.load() == snapshot("new"))
    }

    @Test func convertsTheFailuresOfTheWrappedStore() async {
        let inner = FailingHistoryStore(InMemoryHistoryStore(), failure: Broken(number: 1))
        let store = FailingHistoryStore(inner, failure: Code(3)) { Code($0.number) }
        inner.failLoad()
        await #expect(throws: Code(1)) { _ = try await store.load() }
        store.failLoad()
        await #expect(throws: Code(3)) { _ = try await store.load() }
    }

    @Test func aWrappedStorePassesTheSuite() async {
        var suite = HistoryStoreConformance(
            // The store in memory, which is wrapped, lets the last save win.
            detectsConflicts: false,
            make: { RecordingHistoryStore(FailingHistoryStore(InMemoryHistoryStore(), failure: Broken())) }
        )
        suite.largeByteCount = 100_000
        await suite.run()
    }
}
