import ConversationHistory
import ConversationHistoryLibrary

/// Helpers for the checks of all clauses.
extension HistoryStoreConformance {
    typealias Snapshot = ConversationSnapshot<Message>

    func fail(_ reason: String) -> ConformanceFinding { .failed(reason) }

    /// Returns another instance over the same storage, or ends the check of the clause.
    func reopened(_ store: Store) async throws -> Store {
        guard let reopen else { throw ConformanceFinding.skipped("The suite has no `reopen` closure.") }
        return try await reopen(store)
    }

    func requireConflictDetection() throws {
        guard Store.Failure.self != Never.self else {
            throw ConformanceFinding.skipped("The store can't fail, so it can't refuse a save.")
        }
        guard detectsConflicts else { throw ConformanceFinding.skipped("The store declares that the last save wins.") }
    }

    func requireRawAccess() throws -> RawAccess {
        guard let raw else { throw ConformanceFinding.skipped("The suite has no `raw` access to the stored bytes.") }
        return raw
    }

    /// Returns a snapshot of some of the samples, which is different for each number.
    func snapshot(_ number: Int, count: Int = 3) -> Snapshot {
        var snapshot = Snapshot(messages: (0..<count).map { samples[($0 + number) % samples.count] })
        snapshot.title = "Snapshot \(number)"
        return snapshot
    }

    /// Ends the check unless the store holds a snapshot.
    func expect(_ store: Store, holds snapshot: Snapshot, _ moment: String) async throws {
        let loaded = try await store.load()
        if let difference = SnapshotDifference.between(snapshot, loaded) { throw fail("\(moment), \(difference)") }
    }

    /// Ends the check unless the store holds one of the snapshots, and returns the index of that one.
    @discardableResult
    func expect(_ store: Store, holdsOneOf snapshots: [Snapshot], _ moment: String) async throws -> Int {
        guard let loaded = try await store.load() else { throw fail("\(moment), load returned nil.") }
        guard let place = snapshots.firstIndex(where: { SnapshotDifference.between($0, loaded) == nil }) else {
            throw fail("\(moment), load returned a snapshot that was never saved.")
        }
        return place
    }

    /// Ends the check unless a save is refused as a conflict.
    func expectConflict(_ store: Store, saving snapshot: Snapshot, _ moment: String) async throws {
        do {
            try await store.save(snapshot)
        } catch {
            if let code = errorCode(of: error), code != .conflict {
                throw fail("\(moment), a save threw an error other than a conflict: \(error)")
            }
            return
        }
        throw fail("\(moment), a save was not refused.")
    }
}
