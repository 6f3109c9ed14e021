import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory

@Suite("A file that many write at the same time", .serialized, .startsProcesses, .hangGuard)
struct ManyWritersTests {
    typealias Snapshot = ConversationSnapshot<ChatMessage>

    /// One of the writers: loads, appends, saves, and loads again when another one was faster.
    struct Writer {
        let store: HistoryFile.Store
        let marker: String
        private(set) var conflictCount = 0
        private(set) var busyCount = 0

        init(_ store: HistoryFile.Store, marker: String) {
            self.store = store
            self.marker = marker
        }

        static func id(_ marker: String, _ number: Int) -> EntryID { EntryID("\(marker)-\(number)") }

        /// Appends one entry, whoever else writes.
        ///
        /// - Throws: Any error but a conflict or a lock that was held for too long.
        mutating func append(_ number: Int) async throws(HistoryStoreError) {
            while true {
                do throws(HistoryStoreError) {
                    var snapshot = try await store.load() ?? Snapshot(id: "c")
                    snapshot.appendUnchecked(
                        HistoryEntry(.message(.user("\(marker) \(number)")), id: Self.id(marker, number), date: nil)
                    )
                    // Now and then the file is replaced instead of appended to.
                    if number % 5 == 4 { snapshot.title = "\(marker) \(number)" }
                    if number % 10 == 9 { try? snapshot.setPinned(true, Self.id(marker, number / 2)) }
                    return try await store.save(snapshot)
                } catch {
                    switch error.code {
                    case .conflict: conflictCount += 1
                    case .busy where busyCount < 100: busyCount += 1
                    default: throw error
                    }
                }
            }
        }
    }

    /// Checks that the file holds the entries of each writer once and in their order, and nothing else.
    private func expectEntries(_ file: HistoryFile, counts: [String: Int]) async throws {
        let snapshot = try #require(try await file.loaded())
        var found: [String: [EntryID]] = [:]
        for entry in snapshot.entries {
            found[String(entry.id.rawValue.prefix { $0 != "-" }), default: []].append(entry.id)
        }
        #expect(Set(found.keys) == Set(counts.filter { $0.value > 0 }.keys))
        for (marker, count) in counts where count > 0 {
            let expected: [EntryID] = (0..<count).map { Writer.id(marker, $0) }
            #expect(found[marker] == expected, "\(marker)")
        }
        let store = file.store()
        _ = try await store.load()
        #expect(await store.recovery == nil)
        file.expectSound("after many writers")
    }

    @Test("Of four processes, none loses an entry")
    func processes() async throws {
        let file = HistoryFile()
        let directory = file.directory.path
        await withTaskGroup(of: Void.self) { (group: inout TaskGroup<Void>) in
            for process in 0..<4 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [directory = directory as String, process = process as Int] in
                        let durability: ConversationHistory.Durability = process == 0 ? .full : .processCrash
                        let store = JSONFileHistoryStore(path: directory + "/chat.json", durability: durability)
                        var writer = Writer(store, marker: "p\(process)")
                        for number in 0..<25 { try await writer.append(number) }
                        // Each conflict needs another's save since the last load.
                        #expect(writer.conflictCount <= 3 * 25)
                    }
                }
            }
        }
        try await expectEntries(file, counts: ["p0": 25, "p1": 25, "p2": 25, "p3": 25])
    }

    @Test("Processes that are killed in between take nothing with them, and keep nobody out")
    func killedProcesses() async throws {
        var random = TestSupport.SeededGenerator(seed: 21)
        let file = HistoryFile()
        let directory = file.directory.path
        let times: [UInt32] = (0..<3).map { _ in UInt32.random(in: 20_000...300_000, using: &random) }
        await withTaskGroup(of: Void.self) { (group: inout TaskGroup<Void>) in
            for (process, time) in times.enumerated() {
                group.addTask {
                    await #expect(processExitsWith: .signal(OwnProcess.killSignal)) {
                        [directory = directory as String, process = process as Int, time = time as UInt32] in
                        let store = JSONFileHistoryStore(path: directory + "/chat.json", durability: .processCrash)
                        let count = JSONFileHistoryStore(path: directory + "/p\(process)", durability: .processCrash)
                        var writer = Writer(store, marker: "p\(process)")
                        OwnProcess.kill(afterMicroseconds: time)
                        var number = 0
                        while true {
                            try await writer.append(number)
                            number += 1
                            // The number that is safe; its own title is all that this history holds.
                            try await count.save(Snapshot(title: String(number)))
                        }
                    }
                }
            }
            group.addTask {
                await #expect(processExitsWith: .success) { [directory = directory as String] in
                    let store = JSONFileHistoryStore(path: directory + "/chat.json", durability: .processCrash)
                    var writer = Writer(store, marker: "p3")
                    for number in 0..<25 { try await writer.append(number) }
                }
            }
        }
        let found = try #require(try await file.loaded())
        var counts = ["p3": 25]
        for process in 0..<3 {
            let title = try await JSONFileHistoryStore(path: file.directory.path("p\(process)")).load()?.title
            let safe = title.flatMap { Int($0) } ?? 0
            let count = found.entries.count { $0.id.rawValue.hasPrefix("p\(process)-") }
            #expect(safe...safe + 1 ~= count, "process \(process)")
            counts["p\(process)"] = count
        }
        for (marker, count) in counts {
            let ids: [EntryID] = found.entries.map(\.id).filter { $0.rawValue.hasPrefix(marker + "-") }
            let expected: [EntryID] = (0..<count).map { Writer.id(marker, $0) }
            #expect(ids == expected, "\(marker)")
        }
        let store = file.store()
        var next = try #require(try await store.load())
        try next.append(.user("next"))
        try await store.save(next)
        #expect(try await file.loaded() == next)
        #expect(throws: Never.self) { try JSONValue(parsing: file.content) }
    }

    @Test("Of eight stores in one process, none loses an entry", arguments: [SnapshotStyle.lines, .pretty])
    func stores(style: SnapshotStyle) async throws {
        let file = HistoryFile()
        try await withThrowingTaskGroup(of: Int.self) { (group: inout ThrowingTaskGroup<Int, any Error>) in
            for index in 0..<8 {
                group.addTask {
                    var writer = Writer(file.store(style: style), marker: "s\(index)")
                    for number in 0..<10 { try await writer.append(number) }
                    return writer.conflictCount
                }
            }
            for try await conflictCount in group { #expect(conflictCount <= 7 * 10) }
        }
        let counts: [String: Int] = Dictionary(uniqueKeysWithValues: (0..<8).map { ("s\($0)", 10) })
        try await expectEntries(file, counts: counts)
    }

    @Test("A process that stands still with the lock keeps others out, and changes nothing")
    func stoppedProcess() async throws {
        let file = HistoryFile()
        let store = file.store(lockTimeout: .milliseconds(20))
        var snapshot = Snapshot(id: "c")
        try snapshot.append(.user("before"))
        try await store.save(snapshot)
        let before = snapshot
        let content = file.content
        try snapshot.append(.user("after"))
        let directory = file.directory.path
        await withTaskGroup(of: Void.self) { (group: inout TaskGroup<Void>) in
            group.addTask {
                await #expect(processExitsWith: .signal(OwnProcess.killSignal)) { [directory = directory as String] in
                    let lock = try DurableFile.open(path: directory + "/chat.json").lock(.exclusive, timeout: .zero)
                    let own = JSONFileHistoryStore(path: directory + "/holder", durability: .processCrash)
                    try await own.save(Snapshot(title: String(OwnProcess.identifier)))
                    OwnProcess.stop()
                    lock.unlock()
                }
            }
            let identifier = await holder(in: file.directory)
            defer { if let identifier { OwnProcess.killChild(identifier) } }
            #expect(identifier != nil)
            let unknowing = file.store(lockTimeout: .zero)
            let saving = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
            #expect(saving?.code == .busy)
            #expect(saving?.location == file.path)
            let loading = await failure { () throws(HistoryStoreError) in _ = try await unknowing.load() }
            #expect(loading?.code == .busy)
            let over = await failure { () throws(HistoryStoreError) in try await unknowing.overwrite(with: snapshot) }
            #expect(over?.code == .busy)
            let aside = await failure { () throws(HistoryStoreError) in _ = try await unknowing.quarantine() }
            #expect(aside?.code == .busy)
            #expect(file.content == content)
        }
        // The lock has gone with its holder.
        #expect(try await file.loaded() == before)
        try await store.save(snapshot)
        #expect(try await file.loaded() == snapshot)
    }

    /// Waits for the process that holds the lock to say which it is.
    private func holder(in directory: TemporaryDirectory) async -> Int32? {
        let store = JSONFileHistoryStore(path: directory.path("holder"))
        for _ in 0..<6000 {
            if let title = try? await store.load()?.title, let identifier = Int32(title) { return identifier }
            // Only a cancelled test is not to wait.
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return nil }
        }
        return nil
    }
}
