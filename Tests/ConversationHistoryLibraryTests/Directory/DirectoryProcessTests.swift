import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("A library in a directory and its processes", .serialized, .startsProcesses, .hangGuard)
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
            let library = Library(path: home.path("library"), durability: .processCrash)
            let acknowledged = Acknowledgements(path: home.path("acknowledged"))
            let found = try await LibraryWork.check(library, after: acknowledged, atLeast: count, seed: round)
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
        try await Writer.run(library, in: home, turns: 20) {
            await #expect(processExitsWith: .success) { [directory = directory as String] in
                let library = Library(path: directory + "/library", durability: .processCrash)
                _ = try await Writer(library, marker: "other").run(turns: 20)
            }
        }
        #expect(try await library.verify() == [])
    }

    @Test("Two processes that save onto the same state: one wins, and the other is told")
    func conflict() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = Library(path: home.path("library"), durability: .processCrash)
        try await LibraryRivals(library, in: directory).run {
            await #expect(processExitsWith: .success) { [directory = directory as String] in
                try await LibraryRivals(Library(path: directory + "/library"), in: directory).runAsOther()
            }
        }
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
