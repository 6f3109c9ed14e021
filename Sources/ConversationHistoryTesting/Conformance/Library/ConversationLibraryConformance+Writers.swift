import ConversationHistory
import ConversationHistoryLibrary

/// Several writers: tasks, stores and instances.
extension ConversationLibraryConformance {
    func tasksLoseNothing() async throws {
        let library = try await make()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                group.addTask {
                    let id = ConversationID("c\(number)")
                    _ = try await library.create(NewConversation(id: id, title: "\(number)"))
                    for step in 0..<3 {
                        try await library.append([entry("step \(step)", id: EntryID("e\(step)"))], to: id)
                        _ = try await library.saveArtifact([UInt8(step)], named: "file", type: nil, in: id)
                    }
                    try await change(id, in: library) { try $0.append(entry("saved", id: "saved")) }
                    try await library.rename(id, to: "Title \(number)")
                }
            }
            // Appends of several tasks to one conversation.
            group.addTask { _ = try await library.create(NewConversation(id: "shared")) }
            try await group.waitForAll()
            for number in 0..<12 {
                group.addTask { try await library.append([entry("x", id: EntryID("e\(number)"))], to: "shared") }
            }
            try await group.waitForAll()
        }
        let expected = (0..<3).map { "step \($0)" } + ["saved"]
        for number in 0..<12 {
            let id = ConversationID("c\(number)")
            try expect(try await texts(of: id, in: library) == expected, "A task's entries were lost or mixed.")
            try expect(try await library.info(of: id).title == "Title \(number)", "A task's title was lost.")
            let version = try await library.artifact(named: "file", version: nil, in: id).info.version
            try expect(version == 3, "Of three versions of a task's artifact, \(version) are stored.")
        }
        let shared = try await library.entries(of: "shared", EntryRequest()).entries.map(\.id.rawValue)
        try expect(shared.sorted() == (0..<12).map { "e\($0)" }.sorted(), "Of 12 appends, \(shared.count) are stored.")
    }

    func oneTaskHasTheLastWord() async throws {
        let library = try await make()
        let store = library.store(for: "one")
        var snapshots: [Snapshot] = []
        for number in 0..<12 { snapshots.append(try snapshot(Array(repeating: "text \(number)", count: 9 + number))) }
        try await store.save(snapshots[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for snapshot in snapshots { group.addTask { try await store.save(snapshot) } }
            try await group.waitForAll()
        }
        try await expectOneOf(snapshots, library, "one", "After all tasks have saved")
    }

    @discardableResult
    private func expectOneOf(
        _ snapshots: [Snapshot],
        _ library: Library,
        _ id: ConversationID,
        _ moment: String
    ) async throws -> Int {
        let loaded = try await library.store(for: id).load()
        let place = snapshots.firstIndex { SnapshotDifference.between($0, loaded) == nil }
        guard let place else { throw fail("\(moment), load returned a snapshot that was never saved.") }
        return place
    }

    func unseenStateIsAConflict() async throws {
        let library = try await make()
        let other = try await reopen?(library) ?? library
        let (first, second) = (library.store(for: "one"), other.store(for: "one"))
        let (one, two, three) = (try snapshot(["one"]), try snapshot(["two"]), try snapshot(["three"]))
        try await first.save(one)
        try await expectError(.conflict, "A save by a store that never loaded") { try await second.save(two) }
        try await expect(library, "one", holds: one, "After a conflict")
        _ = try await second.load()
        try await second.save(two)
        try await expectError(.conflict, "A save by a store with an outdated load") { try await first.save(three) }
        try await expectError(.conflict, "A second attempt") { try await first.save(three) }
        try await expect(library, "one", holds: two, "After two conflicts")
        _ = try await first.load()
        try await first.save(three)
        try await expect(other, "one", holds: three, "After a conflict, a load and a save")
        // A created conversation is a stored state, too.
        _ = try await library.create(NewConversation(id: "created"))
        try await expectError(.conflict, "A save over a created conversation") {
            try await library.store(for: "created").save(one)
        }
    }

    func retriedChangesAreNotLost() async throws {
        let first = try await make()
        let second = try await reopened(first)
        _ = try await first.create(NewConversation(id: "both"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (writer, library) in [first, second].enumerated() {
                group.addTask {
                    for number in 0..<6 {
                        let id = EntryID("\(writer)-\(number)")
                        if number % 3 == 2 {
                            try await library.append([entry("x", id: id)], to: "both")
                        } else {
                            try await appendWithRetries(id, to: library)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let ids = try await first.entries(of: "both", EntryRequest()).entries.map(\.id.rawValue)
        try expect(
            ids.sorted() == (0..<2).flatMap { writer in (0..<6).map { "\(writer)-\($0)" } }.sorted(),
            "12 entries were saved, but \(Set(ids).count) are stored, \(ids.count) in total."
        )
    }

    private func appendWithRetries(_ id: EntryID, to library: Library) async throws {
        for _ in 0..<1_000 {
            do {
                try await change("both", in: library) { try $0.append(entry("x", id: id)) }
                return
            } catch let error as HistoryStoreError where error.code == .conflict { await Task.yield() }
        }
        throw fail("A save was refused as a conflict a thousand times.")
    }

    func recreatedIsAConflict() async throws {
        let library = try await make()
        let old = try await add("id", ["old"], to: library)
        let stores = [library.store(for: "id"), library.store(for: "id")]
        for store in stores { _ = try await store.load() }
        try await library.delete("id")
        _ = try await library.purge(.everything)
        // Both have the same number of saves, so that a count doesn't distinguish them.
        let new = try await add("id", ["new"], to: library)
        try await expectError(.conflict, "A save after a purge and a new save") { try await stores[0].save(old) }
        try await expect(library, "id", holds: new, "After a conflict")
        try await library.delete("id")
        _ = try await library.purge(.everything)
        _ = try await library.create(NewConversation(id: "id"))
        try await expectError(.conflict, "A save after a purge and a new creation") {
            try await stores[1].save(old)
        }
    }

    func deletedStaysDeleted() async throws {
        let library = try await make()
        let other = try await reopen?(library) ?? library
        let saved = try await add("id", title: "Gone", to: library)
        let stores = [library.store(for: "id"), other.store(for: "id")]
        var loaded: [Snapshot] = []
        for store in stores { loaded += [try await store.load()].compactMap(\.self) }
        try await library.delete("id")
        try await expectError(.notFound, "A second deletion") { try await other.delete("id") }
        for store in stores {
            try await expectError(.notFound, "A save after a deletion") { try await store.save(saved) }
        }
        try await expectList(ListRequest(), [], in: library, "After late saves")
        try expect(try await other.info(of: "id").deleted != nil, "A late save restored the conversation.")
        _ = try await library.purge(.conversation("id"))
        for store in stores {
            try await expectError(.notFound, "A save after a purge") { try await store.save(saved) }
        }
        for (store, snapshot) in zip(stores, loaded) {
            try expect(try await store.load() == nil, "A purged conversation loads.")
            try await expectError(.notFound, "A save after a purge, by a store that has loaded nil since") {
                try await store.save(snapshot)
            }
        }
        try await expectError(.notFound, "After a purge") { try await library.info(of: "id") }
        for trash in [ListRequest.Trash.without, .only] {
            try await expectList(ListRequest(trash: trash), [], in: other, "After late saves of a purged conversation")
        }
    }

    func writersWait() async throws {
        let first = try await make()
        let second = try await reopened(first)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (writer, library) in [first, second].enumerated() {
                group.addTask {
                    for number in 0..<6 {
                        let id = ConversationID("\(writer)-\(number)")
                        try await add(id, ["words"], to: library)
                        try await library.rename(id, to: "Title")
                        _ = try await library.saveArtifact([1], named: "file", type: nil, in: id)
                        try await library.append([entry("more", id: "more")], to: id)
                        if number % 2 == 0 { try await library.delete(id) }
                        _ = try await library.list(ListRequest())
                        _ = try await library.search(SearchRequest("words"))
                    }
                }
            }
            try await group.waitForAll()
        }
        for library in [first, second] {
            let statistics = try await library.statistics()
            let counts = (statistics.conversationCount, statistics.deletedCount, statistics.entryCount)
            try expect(counts == (6, 6, 12), "After two writers, the statistics are \(statistics).")
            try expect(try await library.verify().isEmpty, "After two writers, problems are reported.")
        }
    }

    func instancesDoNotMix() async throws {
        let first = try await make()
        let second = try await reopened(first)
        try await add("both", to: first)
        for round in 0..<6 {
            let stores = [first.store(for: "both"), second.store(for: "both")]
            for store in stores { _ = try await store.load() }
            let snapshots = [
                try snapshot(Array(repeating: "left \(round)", count: 20)),
                try snapshot(Array(repeating: "right \(round)", count: 30)),
            ]
            async let left = saves(stores[0], snapshots[0])
            async let right = saves(stores[1], snapshots[1])
            let saved = [await left, await right]
            try expect(saved[0] != saved[1], "Of two saves at once, \(saved[0] ? "neither was" : "both were") refused.")
            let place = try await expectOneOf(snapshots, first, "both", "After two concurrent saves")
            try expect(saved[place], "A save was refused, but its snapshot is stored.")
        }
    }

    private func saves(_ store: Library.Store, _ snapshot: Snapshot) async -> Bool {
        do {
            try await store.save(snapshot)
            return true
        } catch { return false }
    }
}
