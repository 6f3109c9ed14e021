import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reading and appending parts of a history.
extension ConversationLibraryConformance {
    func partsAreRead() async throws {
        let library = try await make()
        var snapshot = try snapshot((0..<9).map { "message \($0)" })
        try snapshot.append(Entry(.action(HistoryAction(name: "approved")), id: "action", date: day(2), isPinned: true))
        try snapshot.append(entry("the last one", id: "last", date: day(3), role: .assistant))
        let summary = HistorySummary(message: ChatMessage.user("a summary"), through: "e3")
        try snapshot.append(Entry(.summary(summary), id: "summary", date: day(3)))
        try await library.store(for: "read").save(snapshot)
        for messagesOnly in [false, true] {
            let all = snapshot.entries.filter { !messagesOnly || $0.message != nil }
            for edge in [EntryRequest.Edge.oldest, .newest] {
                for (offset, limit) in Self.parts {
                    let request = EntryRequest(from: edge, offset: offset, limit: limit, messagesOnly: messagesOnly)
                    let kept = edge == .oldest ? all : all.reversed()
                    let part = kept.dropFirst(max(0, offset)).prefix(max(0, limit))
                    let expected = edge == .oldest ? Array(part) : part.reversed()
                    let page = try await library.entries(of: "read", request)
                    let place = "\(limit) from \(offset) of the \(edge)\(messagesOnly ? ", messages only" : "")"
                    try expect(
                        page.entries == expected,
                        "\(place): \(page.entries.map(\.id)) were read instead of \(expected.map(\.id))."
                    )
                    try expect(page.totalCount == all.count, "\(place): the total is \(page.totalCount).")
                }
            }
        }
        _ = try await library.create(NewConversation(id: "empty"))
        let page = try await library.entries(of: "empty", EntryRequest(from: .newest, offset: 1, limit: 1))
        try expect(page.entries.isEmpty && page.totalCount == 0, "An empty conversation has entries.")
        try await expectError(.notFound, "An unknown id") { try await library.entries(of: "no", EntryRequest()) }
    }

    private static var parts: [(Int, Int)] {
        [
            (0, 100), (0, 1), (0, 3), (4, 3), (9, 2), (10, 5), (11, 1), (12, 1), (13, 4), (0, 0), (5, 0), (.max, 1),
            (3, .max), (0, .max), (.max, .max), (-1, 2), (0, -1), (.min, .min),
        ]
    }

    func entriesAreAppended() async throws {
        let library = try await make()
        var expected = try await add("open", ["a question"], title: "Open", to: library)
        let store = library.store(for: "open")
        _ = try await store.load()
        let full = try SampleSnapshots.full(of: SampleConversations.everyKindOfMessage)
        try await library.append(Array(full.entries.prefix(1)), to: "open")
        try await library.append(Array(full.entries.dropFirst()), to: "open")
        for entry in full.entries { try expected.append(entry) }
        guard var loaded = try await library.store(for: "open").load() else { throw fail("load returned nil.") }
        expected.updated = loaded.updated
        if let difference = SnapshotDifference.between(expected, loaded) { throw fail("After batches, \(difference)") }
        let info = try await library.info(of: "open")
        try expect(
            info.entryCount == expected.entries.count && info.messageCount == expected.messages.count,
            "After batches, the counts are \(info.messageCount) messages and \(info.entryCount) entries."
        )
        let late = expected
        try await expectError(.conflict, "A save by an open store") { try await store.save(late) }
        guard let seen = try await store.load() else { throw fail("After a conflict, load returned nil.") }
        loaded = seen
        try loaded.append(entry("after the conflict", id: "after"))
        try await store.save(loaded)
        try await expect(library, "open", holds: loaded, "After a conflict, a load and a save")
        try await library.append([entry("found at once", id: "found", date: day(9))], to: "open")
        try await expectHits(SearchRequest("found at once"), ["open/found"], in: library, "An appended entry")
        _ = try await library.create(NewConversation(id: "created"))
        try await library.append([entry("the first", id: "first")], to: "created")
        try expect(try await texts(of: "created", in: library) == ["the first"], "A first entry was not appended.")
        try await expectError(.notFound, "Appending to an unknown id") {
            try await library.append([entry("x", id: "x")], to: "never")
        }
    }

    func unstorableIsRefused() async throws {
        let library = try await make()
        let deep: JSONObject = ["deep": SampleConversations.nested(JSONValue.maximumDepth + 1)]
        var bad = entry("too deep", id: "bad")
        bad.metadata = deep
        let unstorable = bad
        var saved = try await add("open", to: library)
        let store = library.store(for: "open")
        _ = try await store.load()
        let before = try await library.info(of: "open")
        for batch in [[unstorable], [entry("good", id: "good"), unstorable], [unstorable, entry("good", id: "good")]] {
            try await expectError(.notEncodable, "An entry that is nested too deeply") {
                try await library.append(batch, to: "open")
            }
        }
        let taken = [entry("good", id: "e0")]
        for batch in [
            taken, taken + [entry("good", id: "good")], [entry("good", id: "good")] + taken,
            [entry("good", id: "good"), entry("good", id: "good")],
        ] {
            try await expectError(.notEncodable, "An entry with an id that is taken") {
                try await library.append(batch, to: "open")
            }
        }
        try await expectError(.notFound, "An entry for an unknown conversation") {
            try await library.append(taken, to: "never")
        }
        try await expectError(.notEncodable, "Metadata that is nested too deeply") {
            try await library.setMetadata(deep, of: "open")
        }
        try expectSame(try await library.info(of: "open"), before, "After the refusals")
        try await expectHits(SearchRequest("good"), [], in: library, "Entries in refused batches")
        var deepSnapshot = saved
        deepSnapshot.metadata = deep
        let refused = deepSnapshot
        try await expectError(.notEncodable, "A save of deeply nested metadata") { try await store.save(refused) }
        var deepTurn = saved
        deepTurn.openTurn = Turn(id: "t", entries: 0..<1, usage: Usage(details: deep))
        let refusedTurn = deepTurn
        try await expectError(.notEncodable, "A save of a deeply nested turn") { try await store.save(refusedTurn) }
        try await expectError(.notEncodable, "A first save of a deeply nested turn") {
            try await library.store(for: "new").save(refusedTurn)
        }
        // Nothing was changed, so the open store can save without a conflict.
        try saved.append(entry("more", id: "more"))
        try await store.save(saved)
        try await expect(library, "open", holds: saved, "After the refusals and a save")
        try await expectError(.notEncodable, "A creation with deeply nested metadata") {
            try await library.create(NewConversation(id: "new", metadata: deep))
        }
        try await expectError(.notFound, "After a refused creation") { try await library.info(of: "new") }
    }

    func infiniteDatesAreRefused() async throws {
        let library = try await make()
        var saved = try await add("open", to: library)
        let store = library.store(for: "open")
        _ = try await store.load()
        _ = try await add("deleted", to: library)
        try await library.delete("deleted")
        let before = try await library.info(of: "open")
        for seconds in [Double.nan, .infinity, -.infinity] {
            let date = Date(timeIntervalSinceReferenceDate: seconds)
            for (number, refused) in try snapshots(with: date, from: saved).enumerated() {
                try await expectError(.notEncodable, "A save with the date \(seconds), \(number)") {
                    try await store.save(refused)
                }
                try await expectError(.notEncodable, "A first save with the date \(seconds), \(number)") {
                    try await library.store(for: "new").save(refused)
                }
            }
            try await expectError(.notEncodable, "An append with the date \(seconds)") {
                try await library.append([entry("good", id: "good"), entry("bad", id: "bad", date: date)], to: "open")
            }
            try await expectError(.notEncodable, "A creation with the date \(seconds)") {
                try await library.create(NewConversation(id: "new", created: date))
            }
            try await expectError(.notEncodable, "A fork with the date \(seconds)") {
                try await library.fork("open", after: nil, as: NewConversation(id: "new", created: date))
            }
            try await expectError(.notEncodable, "A purge with the date \(seconds)") {
                try await library.purge(.deleted(before: date))
            }
            for request in requests(with: date) {
                try await expectError(.notEncodable, "A list with the date \(seconds)") {
                    try await library.list(request)
                }
            }
            let cursor = SearchCursor(occurrences: 1, date: date, conversation: "open", position: 0)
            try await expectError(.notEncodable, "A search after the date \(seconds)") {
                try await library.search(SearchRequest("words", after: cursor))
            }
            if let dates = range(with: date) {
                try await expectError(.notEncodable, "A search within the date \(seconds)") {
                    try await library.search(SearchRequest("words", dates: dates))
                }
            }
        }
        try expectSame(try await library.info(of: "open"), before, "After the refusals")
        try await expectList(ListRequest(trash: .only), ["deleted"], in: library, "The trash after the refusals")
        try await expectError(.notFound, "After a refused creation") { try await library.info(of: "new") }
        // Nothing was changed, so the open store can save without a conflict.
        try saved.append(entry("more", id: "more"))
        try await store.save(saved)
        try await expect(library, "open", holds: saved, "After the refusals")
    }

    /// Returns snapshots with a date in each member that holds one.
    private func snapshots(with date: Date, from saved: Snapshot) throws -> [Snapshot] {
        var (created, updated, started, ended, rewound) = (saved, saved, saved, saved, saved)
        created.created = date
        updated.updated = date
        started.openTurn = Turn(id: "t", entries: 0..<1, started: date)
        ended.openTurn = Turn(id: "t", entries: 0..<1, ended: date)
        rewound.rewind(to: 0, date: date)
        return [created, updated, started, ended, rewound]
    }

    private func requests(with date: Date) -> [ListRequest] {
        var requests = [ListRequest(cursor: ListCursor(updated: date, id: "open"))]
        if let range = range(with: date) { requests += [ListRequest(created: range), ListRequest(updated: range)] }
        return requests
    }

    /// Returns a range with a date at one end, or `nil` if no range can have it.
    private func range(with date: Date) -> Range<Date>? {
        if date < day(0) { return date..<day(0) }
        return date > day(0) ? day(0)..<date : nil
    }

    func rewindKeepsWhatItCut() async throws {
        let library = try await make()
        let store = library.store(for: "cut")
        var snapshot = try snapshot(["keep this", "cut this away", "and this"])
        try await store.save(snapshot)
        snapshot.rewind(to: 1, date: day(5))
        try await store.save(snapshot)
        try await expect(library, "cut", holds: snapshot, "After a rewind")
        try expect(try await texts(of: "cut", in: library) == ["keep this"], "A rewound entry is among the entries.")
        try expect(try await library.info(of: "cut").entryCount == 1, "Rewound entries are counted.")
        try await expectHits(SearchRequest("this"), ["cut/e0"], in: library, "After a rewind")
        try await library.append([entry("say this instead", id: "instead", date: day(6))], to: "cut")
        let loaded = try await library.store(for: "cut").load()
        try expect(loaded?.rewound == snapshot.rewound, "An append lost the rewound entries.")
        try await expectHits(SearchRequest("this"), ["cut/instead", "cut/e0"], in: library, "After an append")
    }
}
