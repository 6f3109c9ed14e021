import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A library in a directory and its processes", .serialized, .startsProcesses, .timeLimit(.minutes(10)))
struct DirectoryProcessTests {
    typealias Library = DirectoryConversationLibrary<ChatMessage>
    typealias Writer = LibraryWriter<Library>

    @Test("Killed at any moment, it holds all that was acknowledged, and nothing is in between")
    func killed() async throws {
        var random = TestSupport.SeededGenerator(seed: 21)
        for round in 0..<30 as Range<UInt64> {
            let home = TemporaryDirectory()
            let directory = home.path
            let (count, time) = (Int.random(in: 0..<60, using: &random), UInt32.random(in: 0..<4_000, using: &random))
            await #expect(processExitsWith: .signal(OwnProcess.killSignal)) {
                [
                    directory = directory as String, count = count as Int, time = time as UInt32,
                    seed = round as UInt64
                ] in
                let durability: ConversationHistory.Durability = time.isMultiple(of: 2) ? .full : .processCrash
                var work = LibraryWork(Library(path: directory + "/library", durability: durability), seed: seed)
                let acknowledgements = Acknowledgements(path: directory + "/acknowledged")
                try await work.goOn(acknowledging: acknowledgements, killedAfter: count, microseconds: time)
            }
            let safe = Acknowledgements(path: home.path("acknowledged")).count
            #expect(safe >= count, "round \(round)")
            let expected = try await LibraryWork<InMemoryConversationLibrary>.states(after: safe, seed: round)
            let library = Library(path: home.path("library"), durability: .processCrash)
            let found = try await LibraryState(of: library)
            #expect(expected.contains(found), "round \(round), after \(safe) steps")
            // A purge that was cut short leaves files of nobody, until the next one.
            let problems = try await library.verify()
            #expect(problems.allSatisfy { $0.kind == .stray }, "round \(round): \(problems)")
            _ = try await library.purge(.everything)
            #expect(try await library.verify() == [], "round \(round)")
            for id in found.liveIDs {
                try await library.append([HistoryEntry(.message(.user("next")))], to: id)
                _ = try await library.saveArtifact([1], named: "file0", in: id)
            }
        }
    }

    @Test("Of several processes that write, none loses a turn; who reads meanwhile always reads something whole")
    func writers() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = Library(path: home.path("library"))
        let done = Acknowledgements(path: home.path("done"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(processExitsWith: .success) { [directory = directory as String] in
                    let library = Library(path: directory + "/library", durability: .processCrash)
                    _ = try await Writer(library, marker: "other").run(turns: 20)
                }
                done.add()
            }
            group.addTask {
                _ = try await Writer(library, marker: "own").run(turns: 20)
                done.add()
            }
            try await Writer.read(library) { done.count == 2 }
            try await group.waitForAll()
        }
        try await Writer.check(library, markers: ["other", "own"], turns: 20)
        #expect(try await library.verify() == [])
    }

    @Test("Two processes that save onto the same state: one wins, and the other is told")
    func conflict() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = Library(path: home.path("library"), durability: .processCrash)
        let store = library.store(for: "shared")
        try await store.save(ConversationSnapshot(messages: [ChatMessage.user("both")]))
        let (ready, go) = (Acknowledgements(path: home.path("ready")), Acknowledgements(path: home.path("go")))
        let other = Acknowledgements(path: home.path("other-won"))
        let mine = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(processExitsWith: .success) { [directory = directory as String] in
                    let library = Library(path: directory + "/library")
                    let store = library.store(for: "shared")
                    let snapshot = try Self.longer(try await store.load(), "other")
                    Acknowledgements(path: directory + "/ready").add()
                    #expect(await Acknowledgements(path: directory + "/go").wait(for: 1))
                    let refusal = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }?.code
                    #expect(refusal == nil || refusal == .conflict)
                    if refusal == nil { Acknowledgements(path: directory + "/other-won").add() }
                }
            }
            let own = try Self.longer(try await store.load(), "own")
            #expect(await ready.wait(for: 1))
            go.add()
            let refusal = await failure { () throws(HistoryStoreError) in try await store.save(own) }?.code
            try await group.waitForAll()
            return refusal
        }
        #expect(other.count == 1 ? mine == .conflict : mine == nil)
        let winner = other.count == 1 ? "other" : "own"
        let ids = try await store.load()?.entries.dropFirst().map(\.id.rawValue)
        #expect(ids == ["\(winner)-0", "\(winner)-1"])
    }

    /// The snapshot that a process saves onto the one that both have loaded.
    private static func longer(
        _ snapshot: ConversationSnapshot<ChatMessage>?,
        _ marker: String
    ) throws -> ConversationSnapshot<ChatMessage> {
        var snapshot = try #require(snapshot)
        for part in 0..<2 {
            let entry = HistoryEntry<ChatMessage>(.message(.user("said")), id: EntryID("\(marker)-\(part)"), date: nil)
            try snapshot.append(entry)
        }
        return snapshot
    }

    @Test("A process that stands still with a lock is in the way of that conversation's writers, and of nothing else")
    func stopped() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = Library(path: home.path("library"), lockTimeout: .milliseconds(20))
        for id in ["a", "b"] as [ConversationID] {
            try await library.store(for: id).save(ConversationSnapshot(messages: [ChatMessage.user("hello")]))
        }
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(processExitsWith: .signal(OwnProcess.killSignal)) { [directory = directory as String] in
                    // The conversation's lock, and that of the index.
                    let index = try DurableFile.open(path: directory + "/library/index.json")
                    let indexLock = try index.lock(.exclusive, timeout: .seconds(5))
                    let body = try DurableFile.open(path: directory + "/library/conversations/a.json")
                    let bodyLock = try body.lock(.exclusive, timeout: .seconds(5))
                    StoppedProcess(path: directory + "/holder").stop()
                    bodyLock.unlock()
                    indexLock.unlock()
                }
            }
            let holder = StoppedProcess(path: home.path("holder"))
            defer { holder.end() }
            #expect(await holder.wait())
            for attempt in 0..<4 {
                let error = await failure { () throws(HistoryStoreError) in
                    switch attempt {
                    case 0: try await library.append([HistoryEntry(.message(.user("next")))], to: "a")
                    case 1: try await library.rename("a", to: "x")
                    case 2: try await library.delete("a")
                    default: _ = try await library.saveArtifact([2], named: "file", in: "a")
                    }
                }
                #expect(error?.code == .busy, "attempt \(attempt): \(error as Any)")
            }
            for search in ["hello", "none"] {
                let error = await failure { () throws(HistoryStoreError) in
                    _ = try await library.search(SearchRequest(search))
                    _ = try await library.list()
                    _ = try await Library(path: directory + "/library").list()
                    _ = try await library.artifact(named: "file", in: "a")
                    try await library.append([HistoryEntry(.message(.user("next")))], to: "b")
                    _ = try await library.create(NewConversation())
                }
                #expect(error == nil)
            }
        }
        // The locks have gone with their holder.
        try await library.rename("a", to: "x")
        #expect(try await library.info(of: "a").messageCount == 1)
        #expect(try await library.info(of: "b").messageCount == 3)
    }
}
