import ConversationHistory
import ConversationHistoryLibrary

/// The clauses of A about the size of entries.
extension HistoryStoreConformance {
    /// The size of the largest entry to check; larger limits of a store are not checked.
    private var largestTry: Int { max(largeByteCount, 256 << 10) }

    func largestEntriesComeBack() async throws {
        let limit = try await make().limits.entryBytes
        let sizes = [1 << 10, 4 << 10, 64 << 10, 1 << 20, limit - 1, limit].filter { $0 <= min(limit, largestTry) }
        for size in Set(sizes).sorted() {
            let store = try await make()
            var snapshot = Snapshot()
            guard let entry = try entry("first", ofByteCount: size) else { continue }
            func expectSaved(_ state: String) async throws {
                do { try await store.save(snapshot) } catch {
                    throw fail(
                        "The limit is \(limit) bytes, but an entry of \(size) bytes, \(state), was refused: \(error)"
                    )
                }
                try await expect(store, holds: snapshot, "With an entry of \(size) bytes, \(state)")
            }
            try snapshot.append(entry)
            try await expectSaved("unpinned")
            try snapshot.setPinned(true, entry.id)
            try await expectSaved("pinned")
            guard var draft = try self.entry("draft", ofByteCount: size) else { continue }
            draft.isIncomplete = true
            try snapshot.append(draft)
            snapshot.openTurn = Turn(id: "turn", entries: 1..<2)
            try await expectSaved("streamed")
            try snapshot.setPinned(true, draft.id)
            try await expectSaved("streamed and pinned")
            snapshot.openTurn = nil
            try snapshot.update(draft.id) { $0.isIncomplete = false }
            try await expectSaved("complete")
            snapshot.rewind(to: 0, date: nil)
            try await expectSaved("rewound")
        }
    }

    func largerEntriesAreNotCut() async throws {
        let store = try await make()
        let limit = store.limits.entryBytes
        guard limit <= largestTry else { return }
        var saved = snapshot(1)
        try await store.save(saved)
        for growth in [1, 100, 5_000] {
            var snapshot = saved
            guard let entry = try entry(EntryID("larger by \(growth)"), ofByteCount: limit + growth) else { continue }
            try snapshot.append(entry)
            do {
                try await store.save(snapshot)
                saved = snapshot
            } catch {
                // A refusal is allowed; the stored snapshot is checked in both cases.
            }
            try await expect(store, holds: saved, "After a save with an entry of \(limit + growth) bytes")
        }
    }

    /// Returns an entry whose line has a number of bytes, or `nil` if the line can't be that short.
    private func entry(_ id: EntryID, ofByteCount count: Int) throws -> HistoryEntry<Message>? {
        var entry = HistoryEntry(.message(SampleSnapshots.plainest(of: samples)), id: id, date: nil)
        entry.metadata = ["padding": ""]
        var alone = Snapshot()
        try alone.append(entry)
        // The header, the line of the entry, and the footer.
        let empty = try alone.encoded().split(separator: UInt8(ascii: "\n"))[1].count
        guard count >= empty else { return nil }
        entry.metadata = ["padding": .string(String(repeating: "x", count: count - empty))]
        return entry
    }
}
