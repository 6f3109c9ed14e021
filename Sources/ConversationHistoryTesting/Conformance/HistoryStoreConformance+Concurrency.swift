import ConversationHistory
import ConversationHistoryLibrary

/// The clauses C and D: cancellation, tasks and independent writers.
extension HistoryStoreConformance {
    func cancelledSaveIsAllOrNothing() async throws {
        let store = try await make()
        var old = snapshot(0)
        try await store.save(old)
        for round in 0..<24 {
            var new = old
            try new.append(samples[round % samples.count])
            let saved = new
            let task = Task { try await store.save(saved) }
            // Each round waits longer, so that the save is cancelled at different points.
            for _ in 0..<round / 2 { await Task.yield() }
            task.cancel()
            let result = await task.result
            let place = try await expect(store, holdsOneOf: [old, new], "After a cancelled save")
            if place == 0, case .success = result { throw fail("A cancelled save returned, but nothing was saved.") }
            if place == 1 { old = new }
        }
        try old.append(samples[0])
        try await store.save(old)
        try await expect(store, holds: old, "After a save that followed cancelled ones")
    }

    func storesAreIndependentAcrossTasks() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let store = try await make()
                    for step in 0..<4 { try await store.save(snapshot(number, count: step + 1)) }
                    try await expect(store, holds: snapshot(number, count: 4), "In store \(number) of 16")
                }
            }
            try await group.waitForAll()
        }
    }

    func oneTaskHasTheLastWord() async throws {
        let store = try await make()
        let snapshots = (0..<16).map { snapshot($0, count: 20 + $0) }
        try await store.save(snapshots[0])
        // Concurrent readers, some through the same instance, some through another one.
        let readers = [store, try await reopen?(store) ?? store]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, snapshot) in snapshots.enumerated() {
                group.addTask { try await store.save(snapshot) }
                group.addTask {
                    for _ in 0..<3 {
                        try await expect(readers[number % 2], holdsOneOf: snapshots, "While tasks save")
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        try await expect(store, holdsOneOf: snapshots, "After all tasks have saved")
    }

    func unseenStateIsAConflict() async throws {
        let first = try await make()
        let second = try await reopened(first)
        try requireConflictDetection()
        try await first.save(snapshot(1))
        try await expectConflict(second, saving: snapshot(2), "In an instance that never loaded")
        try await expect(second, holds: snapshot(1), "After a conflict")
        try await second.save(snapshot(3))
        try await expectConflict(first, saving: snapshot(4), "In an instance whose last load is outdated")
        try await expect(try await reopened(first), holds: snapshot(3), "After a conflict")
        try await expect(first, holds: snapshot(3), "In the instance whose save was refused")
        try await first.save(snapshot(4))
        try await expect(first, holds: snapshot(4), "After a conflict, a load and a save")
    }

    func retriedChangesAreNotLost() async throws {
        let first = try await make()
        let second = try await reopened(first)
        try requireConflictDetection()
        try await first.save(Snapshot())
        let each = 8
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (writer, store) in [first, second].enumerated() {
                group.addTask {
                    for number in 0..<each {
                        try await appendWithRetries(EntryID("\(writer)-\(number)"), to: store)
                    }
                }
            }
            try await group.waitForAll()
        }
        let ids = try await first.load()?.entries.map(\.id.rawValue) ?? []
        let expected = (0..<2).flatMap { writer in (0..<each).map { "\(writer)-\($0)" } }
        guard ids.sorted() == expected.sorted() else {
            throw fail(
                "\(expected.count) messages were saved, but \(Set(ids).count) are stored, in \(ids.count) entries."
            )
        }
    }

    private func appendWithRetries(_ id: EntryID, to store: Store) async throws {
        var last: (any Error)?
        for _ in 0..<1_000 {
            guard var snapshot = try await store.load() else { throw fail("load returned nil.") }
            try snapshot.append(HistoryEntry(.message(samples[0]), id: id, date: nil))
            do {
                try await store.save(snapshot)
                return
            } catch { last = error }
            await Task.yield()
        }
        throw fail("A save was refused a thousand times: \(last.map(String.init(describing:)) ?? "")")
    }

    func recreatedIsAConflict() async throws {
        let (store, delete) = try await deletable()
        let other = try await reopened(store)
        try await delete(store)
        guard try await other.load() == nil else { throw fail("After a deletion, load returned a snapshot.") }
        try await other.save(snapshot(3))
        try await expectConflict(store, saving: snapshot(2), "After its history was deleted and saved again")
        try await expect(try await reopened(store), holds: snapshot(3), "After a conflict")
    }

    func deletedStaysDeleted() async throws {
        let (store, delete) = try await deletable()
        try await delete(store)
        let refused: Bool
        do {
            try await store.save(snapshot(2))
            refused = false
        } catch { refused = true }
        guard refused else { throw fail("The save was not refused.") }
        guard try await store.load() == nil else { throw fail("The save threw an error, but something was saved.") }
    }

    /// Returns a store with a saved snapshot, and the closure that deletes it.
    private func deletable() async throws -> (Store, @Sendable (Store) async throws -> Void) {
        guard let delete else {
            throw ConformanceFinding.skipped("The suite has no `delete` closure.")
        }
        try requireConflictDetection()
        let store = try await make()
        try await store.save(snapshot(1))
        return (store, delete)
    }

    func loadedSnapshotsAreToldApart() async throws {
        try requireConflictDetection()
        let store = try await make()
        try await store.save(snapshot(1))
        var first = try await loaded(store)
        var second = try await loaded(store)
        try first.append(samples[0])
        try second.append(samples[0])
        try await store.save(first)
        try await expectConflict(store, saving: second, "With a second snapshot that the same instance had loaded")
        try await expect(store, holds: first, "After a conflict within one instance")
        try first.append(samples[0])
        try await store.save(first)
        try await expect(store, holds: first, "After another change of the first snapshot")
        var third = try await loaded(store)
        try third.append(samples[0])
        try await store.save(third)
        try await expectConflict(store, saving: first, "With a snapshot that this instance saved before a later save")
        try await expect(store, holds: third, "After the second conflict within one instance")
    }

    func looksChangeNothing() async throws {
        try requireConflictDetection()
        let store = try await make()
        try await store.save(snapshot(1))
        var mine = try await loaded(store)
        try mine.append(samples[0])
        // Another load of the same state has no effect on the snapshot.
        for _ in 0..<2 { _ = try await store.load() }
        try await store.save(mine)
        try await expect(store, holds: mine, "After another load and a save")
        let writer = try await reopen?(store) ?? store
        var others = try await loaded(writer)
        try others.append(samples[0])
        try await writer.save(others)
        // A load of another state doesn't permit an older snapshot to replace it.
        _ = try await store.load()
        try mine.append(samples[0])
        try await expectConflict(store, saving: mine, "After a load of another writer's snapshot")
        try await expect(store, holds: others, "After a load, a save and a conflict")
    }

    func beginningsAreToldApart() async throws {
        try requireConflictDetection()
        let store = try await make()
        let first = try await Conversation(restoring: store)
        let second = try await Conversation(restoring: store)
        try await first.append(samples[0])
        do {
            try await second.append(samples[0])
        } catch {
            if let code = errorCode(of: error), code != .conflict {
                throw fail("A second conversation was refused with an error other than a conflict: \(error)")
            }
            try await expect(store, holds: first.snapshot, "After a second conversation was refused")
            try await first.append(samples[0])
            try await expect(store, holds: first.snapshot, "After the first conversation continued")
            return
        }
        throw fail("A second conversation that began in the same instance replaced the first one.")
    }

    func copiesAreToldApart() async throws {
        try requireConflictDetection()
        let store = try await make()
        let original = snapshot(1)
        try await store.save(original)
        var first = original
        var second = original
        try first.append(samples[0])
        second.title = "Another title"
        try await store.save(first)
        try await expectConflict(store, saving: second, "With another changed copy of the saved snapshot")
        try await expectConflict(store, saving: original, "With the snapshot that was saved before")
        try await expect(store, holds: first, "After two conflicts of copies")
        var next = first
        try next.append(samples[0])
        try await store.save(next)
        try await expect(store, holds: next, "After a change of the saved copy")
    }

    private func loaded(_ store: Store) async throws -> Snapshot {
        guard let snapshot = try await store.load() else { throw fail("load returned nil.") }
        return snapshot
    }

    func instancesDoNotMix() async throws {
        let first = try await make()
        let second = try await reopened(first)
        try await first.save(snapshot(0))
        for round in 0..<8 {
            for store in [first, second] { _ = try await store.load() }
            let snapshots = [snapshot(2 * round + 1, count: 40), snapshot(2 * round + 2, count: 60)]
            async let left = saves(first, snapshots[0])
            async let right = saves(second, snapshots[1])
            let saved = (await left, await right)
            guard saved.0 || saved.1 else { throw fail("Both of two concurrent saves were refused.") }
            if detectsConflicts, saved.0, saved.1 { throw fail("Neither of two concurrent saves was refused.") }
            let place = try await expect(first, holdsOneOf: snapshots, "After two concurrent saves")
            guard place == 0 ? saved.0 : saved.1 else { throw fail("A save was refused, but its snapshot is stored.") }
        }
    }

    private func saves(_ store: Store, _ snapshot: Snapshot) async -> Bool {
        do {
            try await store.save(snapshot)
            return true
        } catch { return false }
    }
}
