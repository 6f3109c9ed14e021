import ConversationHistory
import ConversationHistoryLibrary

/// Searches, compared with those of an `InMemoryConversationLibrary` with the same content.
extension ConversationLibraryConformance {
    private typealias Reference = InMemoryConversationLibrary<ChatMessage>

    /// Adds the same conversations to a library and to the reference.
    private func fill(_ library: Library, _ reference: Reference) async throws {
        for (number, (id, texts)) in LibrarySearchCorpus.conversations.enumerated() {
            var snapshot = Snapshot(id: id, title: number == 0 ? nil : "Title \(id)", created: day(0))
            for (place, text) in texts.enumerated() {
                let roles: [MessageRole] = [.user, .assistant, .tool, .system]
                // Some dates occur in several conversations, and some entries have no date.
                let date = place % 5 == 4 ? nil : day(Double(place * 3 % 4))
                let role = roles[place % roles.count]
                try snapshot.append(entry(text, id: EntryID("e\(place)"), date: date, role: role))
            }
            try snapshot.append(Entry(.action(HistoryAction(name: "fox", payload: "fox")), id: "action"))
            let summary = HistorySummary(message: ChatMessage.user("fox 東京"), through: "e0")
            try snapshot.append(Entry(.summary(summary), id: "summary"))
            try snapshot.append(
                Entry(.message(.toolResult(callID: "call", text: "The tool found a fox in \(id).")), id: "result")
            )
            try await library.store(for: id).save(snapshot)
            try await reference.store(for: id).save(snapshot)
        }
    }

    /// Ends the check unless a search has the same hits as in the reference.
    private func expectSame(
        _ request: SearchRequest,
        _ library: Library,
        _ reference: Reference
    ) async throws -> [SearchHit] {
        let expected = try await reference.search(request)
        let found = try await library.search(request)
        guard found != expected else { return found }
        let name = "\"\(request.text.prefix(40))\" (\(request.order), limit \(request.limit))"
        let (left, right) = (
            found.map { "\($0.conversation)/\($0.entry)" }, expected.map { "\($0.conversation)/\($0.entry)" }
        )
        try expect(left == right, "For \(name), \(left) were found instead of \(right).")
        for (found, expected) in zip(found, expected) where found != expected {
            throw fail("For \(name), the hit in \(found.conversation)/\(found.entry) is \(found), not \(expected).")
        }
        return found
    }

    func searchesFindTheSame() async throws {
        let (library, reference) = (try await make(), Reference())
        for text in ["", "fox"] {
            let none = try await library.search(SearchRequest(text))
            try expect(none.isEmpty, "A search in an empty library has hits.")
        }
        try await fill(library, reference)
        for text in LibrarySearchCorpus.queries {
            for order in [SearchOrder.newestFirst, .byRank] {
                _ = try await expectSame(SearchRequest(text, order: order), library, reference)
            }
        }
        // These expectations don't depend on the reference.
        try await expectHits(SearchRequest("東京"), ["cjk/e0", "cjk/e1"].reversed(), in: library, "Two characters")
        try await expectHits(SearchRequest("R&D"), ["english/e5"], in: library, "Letters and a sign")
        try await expectHits(SearchRequest("\"brown quick\""), [], in: library, "A phrase in another order")
        try await expectHits(SearchRequest(""), [], in: library, "An empty query")
    }

    func searchesAreNarrowed() async throws {
        let (library, reference) = (try await make(), Reference())
        try await fill(library, reference)
        var requests: [SearchRequest] = []
        for text in ["fox", "the", "東京", "quoted", "a"] {
            for conversation: ConversationID? in [nil, "english", "cjk", "never", ""] {
                for roles: Set<MessageRole> in [[], [.user], [.tool, .assistant], ["nobody"]] {
                    for dates in [nil, day(0)..<day(2), day(1)..<day(1), day(3)..<day(4)] {
                        requests.append(
                            SearchRequest(text, conversation: conversation, roles: roles, dates: dates)
                        )
                    }
                }
            }
        }
        for request in requests { _ = try await expectSame(request, library, reference) }
        for text in ["fox", "the", "a", "東京"] {
            for order in [SearchOrder.newestFirst, .byRank] {
                let all = try await expectSame(SearchRequest(text, order: order, limit: .max), library, reference)
                for limit in [1, 2, 3] {
                    var request = SearchRequest(text, order: order, limit: limit)
                    var paged: [SearchHit] = []
                    repeat {
                        let page = try await expectSame(request, library, reference)
                        paged += page
                        guard let last = page.last else { break }
                        request.after = last.cursor
                    } while paged.count <= all.count
                    try expect(paged == all, "In pages of \(limit), \(paged.count) were found instead of \(all.count).")
                }
                for limit in [0, -1] {
                    let none = try await library.search(SearchRequest(text, order: order, limit: limit))
                    try expect(none.isEmpty, "A search with the limit \(limit) has hits.")
                }
            }
        }
    }

    func searchFindsWhatIsSaidNow() async throws {
        let library = try await make()
        try await add("edited", ["an apple", "a banana", "a cherry"], to: library)
        let request = SearchRequest("apple")
        try await expectHits(request, ["edited/e0"], in: library, "A saved entry")
        try await change("edited", in: library) { snapshot in
            try snapshot.update("e0") { $0.content = .message(.user("a pear")) }
        }
        try await expectHits(request, [], in: library, "A replaced text")
        try await expectHits(SearchRequest("pear"), ["edited/e0"], in: library, "A new text")
        try await change("edited", in: library) { try $0.remove("e0") }
        try await expectHits(SearchRequest("pear"), [], in: library, "A removed entry")
        try await expectHits(SearchRequest("cherry"), ["edited/e2"], in: library, "A moved entry")
        let moved = try await library.search(SearchRequest("cherry"))
        try expect(moved.map(\.position) == [1], "After a removal, the position is \(moved.map(\.position)).")
        try await change("edited", in: library) { $0.rewind(to: 1, date: nil) }
        try await expectHits(SearchRequest("cherry"), [], in: library, "A rewound entry")
        try await library.append([entry("a date", id: "date")], to: "edited")
        try await expectHits(SearchRequest("date"), ["edited/date"], in: library, "An appended entry")
        try await library.rename("edited", to: "New title")
        let titled = try await library.search(SearchRequest("banana"))
        try expect(titled.map(\.title) == ["New title"], "A hit has a replaced title.")
        try await library.delete("edited")
        try await expectHits(SearchRequest("banana"), [], in: library, "In the trash")
        try await library.restore("edited")
        try await expectHits(SearchRequest("banana"), ["edited/e1"], in: library, "After a restore")
        try await library.delete("edited")
        _ = try await library.purge(.everything)
        try await expectHits(SearchRequest("banana"), [], in: library, "After a purge")
        try await add("edited", ["something else"], to: library)
        try await expectHits(SearchRequest("banana"), [], in: library, "After a purge, with the id used again")
        // A whole history is replaced.
        let store = library.store(for: "edited")
        _ = try await store.load()
        try await store.save(try snapshot(["a fig", "a grape"]))
        try await expectHits(SearchRequest("else"), [], in: library, "A replaced history")
        try await expectHits(SearchRequest("grape"), ["edited/e1"], in: library, "A new history")
    }
}
