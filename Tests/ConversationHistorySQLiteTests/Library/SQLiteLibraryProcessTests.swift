#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("An SQLite library and its processes", .serialized, .startsProcesses, .hangGuard)
struct SQLiteLibraryProcessTests {
    typealias Writer = LibraryWriter<ChatLibrary>

    @Test("Killed at any moment, it holds all that was acknowledged, and nothing is in between")
    func killed() async throws {
        var random = SeededGenerator(seed: 31)
        for round in 0..<40 as Range<UInt64> {
            let home = TemporaryDirectory()
            let directory = home.path
            let (count, time) = (Int.random(in: 0..<60, using: &random), UInt32.random(in: 0..<4_000, using: &random))
            await #expect(processExitsWith: .signal(OwnProcess.killSignal)) {
                [
                    directory = directory as String, count = count as Int, time = time as UInt32,
                    seed = round as UInt64
                ] in
                let durability: Durability = time.isMultiple(of: 2) ? .full : .processCrash
                let library = try await ChatLibrary(path: directory + "/a.db", durability: durability)
                var work = LibraryWork(library, seed: seed)
                let acknowledgements = Acknowledgements(path: directory + "/acknowledged")
                try await work.goOn(acknowledging: acknowledgements, killedAfter: count, microseconds: time)
            }
            let library = try await home.openLibrary()
            let acknowledged = Acknowledgements(path: home.path("acknowledged"))
            let found = try await LibraryWork.check(library, after: acknowledged, atLeast: count, seed: round)
            #expect(try await library.verify() == [], "round \(round)")
            for id in found.liveIDs {
                try await library.append([HistoryEntry(.message(.user("next")))], to: id)
            }
            await library.close()
        }
    }

    @Test("Of several processes that write, none loses a turn; who reads meanwhile always reads something whole")
    func writers() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = try await ChatLibrary(path: home.database, durability: .processCrash)
        try await Writer.run(library, in: home, turns: 20) {
            await #expect(processExitsWith: .success) { [directory = directory as String] in
                let library = try await ChatLibrary(path: directory + "/a.db", durability: .processCrash)
                _ = try await Writer(library, marker: "other").run(turns: 20)
                await library.close()
            }
        }
        #expect(try await library.verify() == [])
    }

    @Test("Two processes that save onto the same state: one wins, and the other is told")
    func conflict() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = try await home.openLibrary()
        try await LibraryRivals(library, in: directory).run {
            await #expect(processExitsWith: .success) { [directory = directory as String] in
                let library = try await ChatLibrary(path: directory + "/a.db")
                try await LibraryRivals(library, in: directory).runAsOther()
                await library.close()
            }
        }
    }

    @Test("A process that stands still in a transaction keeps writers waiting, who are told; readers do not wait")
    func stoppedWriter() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = try await ChatLibrary(path: home.database, busyTimeout: .milliseconds(20))
        let conversation = try await library.addConversation("a")
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("next"))
        let next = snapshot
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(processExitsWith: .signal(OwnProcess.killSignal)) { [directory = directory as String] in
                    let library = try await ChatLibrary(path: directory + "/a.db")
                    try await library.pool.write { (database) throws(SQLiteFailure) in
                        _ = try database.value("UPDATE conversations SET title = 'half done'")
                        StoppedProcess(path: directory + "/holder").stop()
                    }
                }
            }
            let holder = StoppedProcess(path: home.path("holder"))
            defer { holder.end() }
            #expect(await holder.wait())
            for attempt in 0..<7 {
                let code = await code { () throws(HistoryStoreError) in
                    switch attempt {
                    case 0: try await store.save(next)
                    case 1: _ = try await library.create(NewConversation())
                    case 2: try await library.rename("a", to: "x")
                    case 3: try await library.delete("a")
                    case 4: _ = try await library.fork("a")
                    case 5: _ = try await library.saveArtifact([1], named: "file", in: "a")
                    default: _ = try await library.purge(.everything)
                    }
                }
                #expect(code == .busy, "attempt \(attempt)")
            }
            let reading = await code { () throws(HistoryStoreError) in
                let other = try await ChatLibrary(path: directory + "/a.db", busyTimeout: .milliseconds(20))
                for library in [library, other] {
                    _ = try await library.list(ListRequest())
                    _ = try await library.search(SearchRequest("answer"))
                    _ = try await library.store(for: "a").load()
                    #expect(try await library.verify() == [])
                }
                await other.close()
            }
            #expect(reading == nil)
        }
        #expect(try await library.store(for: "a").load() == conversation.snapshot)
        try await store.save(snapshot)
        #expect(try await library.info(of: "a").entryCount == 3)
        #expect(try await library.verify() == [])
    }

    @Test("A process that stands still while it reads is not in the way of any writer")
    func stoppedReader() async throws {
        let home = TemporaryDirectory()
        let directory = home.path
        let library = try await ChatLibrary(path: home.database, durability: .processCrash, busyTimeout: .zero)
        let conversation = try await library.addConversation("a")
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(processExitsWith: .signal(OwnProcess.killSignal)) { [directory = directory as String] in
                    let library = try await ChatLibrary(path: directory + "/a.db")
                    try await library.pool.read { (database) throws(SQLiteFailure) in
                        _ = try database.value("SELECT count(*) FROM entries")
                        StoppedProcess(path: directory + "/holder").stop()
                    }
                }
            }
            let holder = StoppedProcess(path: home.path("holder"))
            defer { holder.end() }
            #expect(await holder.wait())
            do {
                for number in 0..<20 { try await conversation.addTurn(number) }
                let id = try await library.fork("a").id
                try await library.delete(id)
                _ = try await library.purge(.everything)
            } catch { Issue.record("A writer had to wait: \(error)") }
        }
        #expect(try await library.info(of: "a").entryCount == 42)
        #expect(try await library.verify() == [])
    }
}
#endif
