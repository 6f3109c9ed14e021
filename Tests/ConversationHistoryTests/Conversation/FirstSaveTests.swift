import ConversationHistoryTesting
import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What is true when a turn throws because its first message could not be saved.
@Suite("The first save of a turn that fails")
struct FirstSaveTests {
    /// Where a turn begins: in a file that is not there yet, in one that is appended to, or in one that is replaced.
    enum Place: CaseIterable { case nothing, lines, pretty }

    private struct Scene {
        let file = HistoryFile()
        let faults = PlannedFaults()
        let conversation: Conversation<ChatMessage>

        init(_ place: Place) async throws {
            let style = place == .pretty ? SnapshotStyle.pretty : .lines
            if place != .nothing {
                let before = try await Conversation(restoring: file.store(style: style))
                try await before.turn("before") { try await $0.append(.assistant("answer")) }
            }
            let store = file.store(style: style, durability: .full, calls: faults.calls)
            conversation = try await Conversation(restoring: store)
        }

        /// Runs a turn and returns what it threw.
        func error() async -> (any Error)? {
            do {
                try await conversation.turn("question") { _ in }
                return nil
            } catch { return error }
        }

        /// Checks that nothing of the turn is stored, and that nothing else is left in the directory.
        func expectNoTrace(_ comment: Comment) async throws {
            #expect(file.ownNames.isSuperset(of: file.directory.names()), comment)
            try await expectNotRestored(comment)
        }

        func expectNotRestored(_ comment: Comment) async throws {
            let found = try await file.loaded()
            #expect(found?.messages.contains { $0.text == "question" } != true, comment)
            #expect(found?.openTurn == nil, comment)
            let restored = try await Conversation(restoring: file.store())
            #expect(restored.snapshot.turns.allSatisfy { $0.outcome == .completed }, comment)
            #expect(conversation.messages.allSatisfy { $0.text != "question" }, comment)
            #expect(!conversation.isInTurn, comment)
        }

        func expectUsable(_ comment: Comment) async throws {
            try await conversation.turn("again") { _ in }
            #expect(try await file.loaded() == conversation.snapshot, comment)
        }
    }

    private func callCount(_ place: Place) async throws -> Int {
        let scene = try await Scene(place)
        scene.faults.begin { _, _ in nil }
        return try await scene.conversation.turn("question") { _ in scene.faults.end().count }
    }

    @Test("A conversation that was deleted is not said to have perhaps stored it", arguments: [false, true])
    func deleted(isPurged: Bool) async throws {
        let library = InMemoryConversationLibrary<ChatMessage>()
        _ = try await library.create(NewConversation(id: "a"))
        let conversation = try await Conversation(restoring: library.store(for: "a"))
        try await conversation.turn("before") { _ in }
        try await library.delete("a")
        if isPurged { _ = try await library.purge(.everything) }
        for _ in 0..<2 {
            let error = await #expect(throws: HistoryStoreError.self) {
                try await conversation.turn("question") { _ in Issue.record("The turn ran.") }
            }
            #expect(error?.code == .notFound)
            #expect(conversation.messages.map(\.text) == ["before"])
        }
        guard !isPurged else { return }
        try await library.restore("a")
        try await conversation.turn("again") { _ in }
        #expect(try await library.info(of: "a").messageCount == 2)
    }

    @Test("Whatever call fails, what the turn throws is true when it is thrown", arguments: Place.allCases)
    func oneFault(_ place: Place) async throws {
        var failures = 0
        for number in 1...(try await callCount(place)) {
            for errno in [ErrorNumber.inputOutput] + ErrorNumber.noSpace.sorted().prefix(1) {
                let scene = try await Scene(place)
                scene.faults.begin { index, _ in index == number ? .fail(errno) : nil }
                let error = await scene.error()
                let call = scene.faults.end().dropFirst(number - 1).first
                let comment: Comment = "call \(number), \(call?.name ?? "none"), \(errno)"
                guard let error else { continue }
                failures += 1
                #expect(error is HistoryStoreError, comment)
                try await scene.expectNoTrace(comment)
                try await scene.expectUsable(comment)
            }
        }
        #expect(failures > 5)
    }

    @Test("If the undo fails as well, the error says so", arguments: Place.allCases)
    func everythingFails(_ place: Place) async throws {
        for number in 1...(try await callCount(place)) {
            for count in [2, 3, 5, 8, 13, 1_000] {
                for onlyWrites in [false, true] {
                    let scene = try await Scene(place)
                    scene.faults.begin { index, call in
                        guard index >= number, index < number + count else { return nil }
                        let isWrite = ["pwrite", "fdatasync", "fsync", "renameat", "ftruncate"].contains(call.name)
                        return isWrite || !onlyWrites ? .fail(ErrorNumber.inputOutput) : nil
                    }
                    let error = await scene.error()
                    _ = scene.faults.end()
                    let comment: Comment = "call \(number), \(count) calls, only writes: \(onlyWrites)"
                    // If the first save succeeds all the same, it is the last one that fails.
                    guard let error, !(error is UnsavedTurnError<Void>) else { continue }
                    if let error = error as? UncertainTurnError {
                        #expect(error.cause is HistoryStoreError && error.undoFailure is HistoryStoreError, comment)
                        let isStored = try await scene.file.loaded()?.openTurn?.id == error.turn
                        if error.code == .stored { #expect(isStored, comment) }
                    } else {
                        try await scene.expectNotRestored(comment)
                    }
                    // The next save that succeeds takes it back in any case.
                    try await scene.conversation.save()
                    try await scene.expectNotRestored(comment)
                    try await scene.expectUsable(comment)
                }
            }
        }
    }

    typealias Store = FailingHistoryStore<InMemoryHistoryStore<ChatMessage>, LoopError>

    private func failing() async throws -> (Store, Conversation<ChatMessage>) {
        let store = Store(InMemoryHistoryStore(), failure: LoopError())
        let conversation = try await Conversation(restoring: store)
        try await conversation.append(.system("instructions"))
        return (store, conversation)
    }

    private func error(_ conversation: Conversation<ChatMessage>) async -> (any Error)? {
        await #expect(throws: (any Error).self) {
            try await conversation.turn("question") { _ in Issue.record("The loop must not run.") }
        }
    }

    @Test("A message that was stored by a save that failed is taken back before the turn throws")
    func storedAllTheSame() async throws {
        let (store, conversation) = try await failing()
        store.failSave(1, .after)
        #expect(await error(conversation) is LoopError)
        #expect(await store.base.load()?.entries.count == 1)
        #expect(await store.base.load()?.openTurn == nil)
    }

    @Test("What could not be undone is looked for, and the error says what was found")
    func looked() async throws {
        for (first, loads, expected) in [
            (Store.Moment.before, true, nil), (.after, true, UncertainTurnError.Code.stored), (.after, false, .unknown),
            (.before, false, .unknown),
        ] {
            let (store, conversation) = try await failing()
            store.failSave(1, first)
            store.failSave(2, .before)
            store.failsLoads = !loads
            let error = await error(conversation)
            #expect((error as? UncertainTurnError)?.code == expected)
            if expected == nil { #expect(error is LoopError) }
            #expect(conversation.messages.count == 1 && !conversation.isInTurn)
            store.failsLoads = false
            try await conversation.save()
            #expect(await store.base.load() == conversation.snapshot)
        }
    }

    /// A store that refuses the first save as soon as it is told to.
    private actor RefusingStore: HistoryStore {
        typealias Message = ChatMessage
        typealias Failure = any Error

        private(set) var saved: [ConversationSnapshot<ChatMessage>] = []
        private(set) var attempts = 0
        private var release: CheckedContinuation<Void, Never>?

        func load() async -> ConversationSnapshot<ChatMessage>? { saved.last }

        func save(_ snapshot: ConversationSnapshot<ChatMessage>) async throws {
            attempts += 1
            if attempts == 1 {
                await withCheckedContinuation { release = $0 }
                throw HistoryStoreError(.tooLarge, operation: "save", location: "a store", reason: "It is refused.")
            }
            // Others run meanwhile.
            for _ in 0..<10 { await Task.yield() }
            saved.append(snapshot)
        }

        var isWaiting: Bool { release != nil }

        func refuse() { release?.resume() }
    }

    @Test("A save that was asked for meanwhile stores nothing of a turn that was refused", arguments: 0..<20)
    func queued(round: Int) async throws {
        let store = RefusingStore()
        let conversation = try await Conversation(restoring: store)
        let turn = Task { try await conversation.turn("question") { _ in Issue.record("The loop must not run.") } }
        while await !store.isWaiting { await Task.yield() }
        let title = Task { try await conversation.setTitle("title") }
        while conversation.state.withLock({ $0.pendingSaveCount }) < 2 { await Task.yield() }
        await store.refuse()
        await #expect(throws: HistoryStoreError.self) { try await turn.value }
        #expect(await store.saved.last?.messages.isEmpty != false)
        try await title.value
        #expect(await store.saved.last?.messages.isEmpty == true)
        #expect(await store.saved.last?.title == "title")
    }

    @Test("Another turn begins only when the first is undone")
    func waits() async throws {
        let store = RecordingStore()
        let conversation = try await Conversation(restoring: store)
        store.fail(1)
        store.hold()
        let turn = Task { try await conversation.turn("question") { _ in Issue.record("The loop must not run.") } }
        await eventually { store.attempts == 1 }
        store.release()
        store.hold()
        await eventually { store.attempts == 2 }
        #expect(conversation.isInTurn)
        #expect(conversation.messages.isEmpty)
        store.release()
        await #expect(throws: RecordingStore.Failure.self) { try await turn.value }
        #expect(!conversation.isInTurn)
        #expect(store.saved.last?.entries.isEmpty == true)
    }
}
