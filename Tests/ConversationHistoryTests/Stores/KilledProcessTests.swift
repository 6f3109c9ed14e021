import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A process that is killed or runs out of room while it saves", .serialized, .startsProcesses)
struct KilledProcessTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    @Test("Killed at any moment, no save that returned is lost", .hangGuard)
    func killed() async throws {
        var random = TestSupport.SeededGenerator(seed: 11)
        var mostEntries = 0
        for round in 0..<200 {
            let file = HistoryFile()
            let directory = file.directory.path
            let time = UInt32.random(in: 3_000...60_000, using: &random)
            await #expect(processExitsWith: .signal(OwnProcess.killSignal)) {
                [directory = directory as String, time = time as UInt32] in
                let path = directory + "/chat.json"
                let store = JSONFileHistoryStore(path: path, durability: time.isMultiple(of: 2) ? .full : .processCrash)
                let acknowledged = JSONFileHistoryStore(path: directory + "/acknowledged", durability: .processCrash)
                var snapshot = ConversationSnapshot<ChatMessage>(id: "c")
                OwnProcess.kill(afterMicroseconds: time)
                while true {
                    let count = snapshot.entries.count
                    let text = String(repeating: "x", count: count * 37 % 3000)
                    try snapshot.append(HistoryEntry(.message(.user(text)), id: EntryID(String(count)), date: nil))
                    if count % 7 == 6 { try snapshot.setPinned(true, EntryID(String(count / 2))) }
                    try await store.save(snapshot)
                    // The number that is safe; its own title is all that this history holds.
                    try await acknowledged.save(Snapshot(title: String(snapshot.entries.count)))
                }
            }
            let safe = try await file.acknowledged()
            let found = try await file.loaded()
            let count = found?.entries.count ?? 0
            #expect(count >= safe, "round \(round)")
            #expect(count <= safe + 1, "round \(round)")
            let ids = found?.entries.map(\.id.rawValue) ?? []
            let expected: [String] = (0..<count).map { String($0) }
            #expect(ids == expected, "round \(round)")
            mostEntries = max(mostEntries, count)
        }
        #expect(mostEntries > 5, "the processes were killed before they saved")
    }

    @Test("Out of room, the old snapshot stays, and the next save succeeds when there is room")
    func noSpace() async throws {
        for style in 0..<2 {
            let file = HistoryFile()
            let directory = file.directory.path
            await #expect(processExitsWith: .success) { [directory = directory as String, style = style as Int] in
                let path = directory + "/chat.json"
                let store = JSONFileHistoryStore(path: path, style: style == 0 ? .lines : .pretty)
                var snapshot = Snapshot(id: "c")
                try snapshot.append(.user("fits"))
                try await store.save(snapshot)
                let old = snapshot
                try snapshot.append(.user(String(repeating: "x", count: 100_000)))
                OwnProcess.limitFileSize(to: 20_000)
                for _ in 0..<2 {
                    let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
                    #expect(error?.code == .noSpace)
                    #expect(try await JSONFileHistoryStore(path: path).load() == old)
                }
                OwnProcess.limitFileSize(to: 10_000_000)
                try await store.save(snapshot)
                #expect(try await JSONFileHistoryStore(path: path).load() == snapshot)
            }
            #expect(try await file.loaded()?.entries.count == 2)
            file.expectSound("style \(style)")
        }
    }
}

extension HistoryFile {
    /// What the process that was killed had been told to be safe.
    fileprivate func acknowledged() async throws -> Int {
        let store = JSONFileHistoryStore(path: directory.path("acknowledged"))
        guard let title = try await store.load()?.title, let count = Int(title) else { return 0 }
        return count
    }
}
