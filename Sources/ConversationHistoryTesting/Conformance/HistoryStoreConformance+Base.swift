import ConversationHistory
import ConversationHistoryLibrary

/// The clauses A: requirements for every store.
extension HistoryStoreConformance {
    func freshStoreLoadsNil() async throws {
        let store = try await make()
        for _ in 0..<2 {
            guard try await store.load() == nil else { throw fail("load returned a snapshot.") }
        }
    }

    func loadsWhatWasSaved() async throws {
        let store = try await make()
        for (name, snapshot) in try SampleSnapshots.all(of: samples) {
            try await store.save(snapshot)
            try await expect(store, holds: snapshot, "After a save of \(name)")
        }
    }

    func lastSaveWins() async throws {
        let store = try await make()
        for (number, count) in [3, 7, 5, 1, 40, 4, 0, 2].enumerated() {
            let snapshot = snapshot(number, count: count)
            try await store.save(snapshot)
            try await expect(store, holds: snapshot, "After save \(number + 1), of \(count) messages")
        }
    }

    func storesShareNothing() async throws {
        let (first, second) = (try await make(), try await make())
        try await first.save(snapshot(1))
        guard try await second.load() == nil else { throw fail("A new store loaded another store's snapshot.") }
        try await second.save(snapshot(2))
        try await expect(first, holds: snapshot(1), "After a save to another store")
        try await expect(second, holds: snapshot(2), "After saves to both stores")
    }

    func valuesAreCopies() async throws {
        let store = try await make()
        let original = snapshot(1, count: 5)
        var given = original
        try await store.save(given)
        try given.append(samples[0])
        given.title = "Changed"
        try await expect(store, holds: original, "After a change of the saved value")
        var taken = try await store.load()
        taken?.rewind(to: 0)
        taken?.title = "Changed"
        try await expect(store, holds: original, "After a change of the loaded value")
    }

    func emptyIsNotNil() async throws {
        let store = try await make()
        try await store.save(Snapshot())
        try await expect(store, holds: Snapshot(), "After a save of an empty snapshot")
    }

    func savingAgainChangesNothing() async throws {
        let store = try await make()
        let saved = try SampleSnapshots.full(of: samples)
        for count in 1...3 {
            try await store.save(saved)
            try await expect(store, holds: saved, "After \(count) saves of the same snapshot")
        }
        if let loaded = try await store.load() { try await store.save(loaded) }
        try await expect(store, holds: saved, "After a save of the loaded snapshot")
    }

    func loadingChangesNothing() async throws {
        let store = try await make()
        var saved = snapshot(1, count: 10)
        try await store.save(saved)
        for count in 1...4 { try await expect(store, holds: saved, "At load \(count)") }
        try saved.append(samples[0])
        try await store.save(saved)
        try await expect(store, holds: saved, "After loads and a save")
    }

    func survivesReopening() async throws {
        let first = try await make()
        let neverWritten = try await reopened(first)
        guard try await neverWritten.load() == nil else { throw fail("A second instance loaded an unsaved snapshot.") }
        var snapshot = try SampleSnapshots.full(of: samples)
        try await first.save(snapshot)
        let second = try await reopened(first)
        try await expect(second, holds: snapshot, "In a second instance")
        try snapshot.append(samples[0])
        try await second.save(snapshot)
        let third = try await reopened(second)
        try await expect(third, holds: snapshot, "In a third instance")
    }

    func largeConversationComesBack() async throws {
        let store = try await make()
        var snapshot = Snapshot(messages: largeConversation(largeByteCount))
        try await store.save(snapshot)
        try await expect(store, holds: snapshot, "After a save of \(snapshot.entries.count) messages")
        try snapshot.append(samples[0])
        try await store.save(snapshot)
        try await expect(store, holds: snapshot, "After another message")
    }

    func orderIsKept() async throws {
        let store = try await make()
        for (name, snapshot) in try SampleSnapshots.strangelyOrdered(samples) {
            try await store.save(snapshot)
            try await expect(store, holds: snapshot, "With \(name)")
        }
    }
}
