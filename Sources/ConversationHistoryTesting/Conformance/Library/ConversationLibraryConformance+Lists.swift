import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Lists: their filters, their order and their pages.
extension ConversationLibraryConformance {
    func listsAreFiltered() async throws {
        let library = try await make()
        try await expectList(ListRequest(), [], in: library, "In an empty library")
        let analytical = "analytical"
        let owners: [Owner?] = [
            Owner(user: "ada", organization: analytical), Owner(user: "bob", organization: analytical),
            Owner(user: "ada"), nil, Owner(user: "ada", organization: "other"), Owner(organization: analytical),
            Owner(user: "ada", organization: analytical),
        ]
        let titles = ["Trip to Tokyo", "東京の天気", "Café au lait", nil, "tokyo trip again", "", "A deleted trip"]
        for (number, owner) in owners.enumerated() {
            let id = ConversationID("c\(number)")
            try await add(
                id,
                ["trip and café"],
                title: titles[number],
                owner: owner,
                created: Double(number),
                updated: Double(20 - number),
                to: library
            )
        }
        try await library.delete("c6")
        let cases: [(String, ListRequest, [Int])] = [
            ("without a filter", ListRequest(), [0, 1, 2, 3, 4, 5]),
            ("of an owner without names", ListRequest(owner: Owner()), [0, 1, 2, 3, 4, 5]),
            ("of a user", ListRequest(owner: Owner(user: "ada")), [0, 2, 4]),
            ("of a user in another case", ListRequest(owner: Owner(user: "Ada")), []),
            ("of an organization", ListRequest(owner: Owner(organization: analytical)), [0, 1, 5]),
            ("of both", ListRequest(owner: owners[0]), [0]),
            ("of an unknown owner", ListRequest(owner: Owner(user: "ada", organization: "")), []),
            ("by a word of the title", ListRequest(title: "trip"), [0, 4]),
            ("by two words", ListRequest(title: "TRIP tokyo"), [0, 4]),
            ("by a phrase", ListRequest(title: "\"trip to\""), [0]),
            ("by one character", ListRequest(title: "京"), [1]),
            ("without regard to accents", ListRequest(title: "cafe"), [2]),
            ("by a part of a word", ListRequest(title: "tok"), []),
            ("without a word", ListRequest(title: "\" * \""), []),
            ("by an empty title", ListRequest(title: ""), []),
            ("by creation", ListRequest(created: day(1)..<day(4)), [1, 2, 3]),
            ("by an empty range", ListRequest(created: day(1)..<day(1)), []),
            ("by change", ListRequest(updated: day(16)..<day(19)), [2, 3, 4]),
            ("by all", ListRequest(owner: owners[2], title: "trip", created: day(0)..<day(1)), [0]),
            ("in the trash", ListRequest(trash: .only), [6]),
            ("in the trash by title", ListRequest(title: "trip", trash: .only), [6]),
            ("in the trash by owner", ListRequest(owner: owners[1], trash: .only), []),
            ("oldest first", ListRequest(owner: Owner(user: "ada"), order: .oldestFirst), [4, 2, 0]),
        ]
        for (name, request, expected) in cases {
            for limit in [1, 2, 50] {
                var request = request
                request.limit = limit
                try await expectList(request, expected.map { "c\($0)" }, in: library, "Listed \(name), by \(limit)")
            }
        }
    }

    func listsAreOrdered() async throws {
        let library = try await make()
        let names = ["b", "a", "B", "\u{e9}", "e\u{301}", "aa", "10", "9"]
        for name in names {
            try await add(ConversationID(name), created: 0, updated: 1, to: library)
        }
        try await add("later", updated: 2, to: library)
        try await add("earlier", updated: 0, to: library)
        let ties = ["10", "9", "B", "a", "aa", "b", "e\u{301}", "\u{e9}"]
        let orders: [(ListRequest.Order, [String])] = [
            (.newestFirst, ["later"] + ties + ["earlier"]), (.oldestFirst, ["earlier"] + ties + ["later"]),
        ]
        for (order, expected) in orders {
            for limit in Array(1...11) + [.max] {
                let request = ListRequest(order: order, limit: limit)
                try await expectList(request, expected, in: library, "\(order), by \(limit)")
            }
            let all = try await library.list(ListRequest(order: order, limit: expected.count))
            try expect(all.next == nil, "A page that holds the last conversation has a next page.")
            let most = try await library.list(ListRequest(order: order, limit: expected.count - 1))
            try expect(most.next != nil, "A page that doesn't hold the last conversation has no next page.")
        }
        for limit in [0, -1] {
            let page = try await library.list(ListRequest(limit: limit))
            try expect(page.conversations.isEmpty && page.next == nil, "A page with the limit \(limit) is not empty.")
        }
    }

    func manyAreListed() async throws {
        let library = try await make()
        var expected: [(updated: Int, id: String)] = []
        for number in 0..<listedCount {
            // Several conversations share a date, and they are added in the order of neither dates nor ids.
            let (updated, id) = (number * 7 % 13, "c\(number * 31 % 997)")
            try await add(ConversationID(id), ["hello"], title: id, updated: Double(updated), to: library)
            expected.append((updated, id))
        }
        let sorted = expected.sorted { $0.updated == $1.updated ? $0.id < $1.id : $0.updated > $1.updated }.map(\.id)
        try await expectList(ListRequest(limit: 7), sorted, in: library, "In pages of 7")
        try await expectList(ListRequest(limit: listedCount), sorted, in: library, "In one page")
        for info in try await library.list(ListRequest(limit: 10)).conversations {
            try expectSame(info, try await library.info(of: info.id), "In a list")
            try expect(info.title == info.id.rawValue && info.messageCount == 1, "A list has a wrong title or count.")
        }
    }

    func pagesStayRight() async throws {
        let library = try await make()
        for number in 10..<22 { try await add(ConversationID("c\(number)"), updated: Double(number), to: library) }
        var request = ListRequest(limit: 4)
        let first = try await library.list(request)
        var listed = first.conversations.map(\.id.rawValue)
        // One conversation is added at the front and one in the later pages; another one gets the date and almost the
        // id of its neighbor. The last of the page, another one of it and one of the later pages are removed. One of
        // the later pages is renamed, and so moves to the front.
        _ = try await library.create(NewConversation(id: "new"))
        try await add("between", updated: 15.5, to: library)
        try await add("c17z", updated: 17, to: library)
        for id: ConversationID in ["c18", "c20"] { try await library.delete(id) }
        try await library.delete("c16")
        _ = try await library.purge(.everything)
        try await library.rename("c14", to: "Moved")
        request.cursor = first.next
        listed += try await ids(request, in: library)
        let expected = [
            "c21", "c20", "c19", "c18", "c17", "c17z", "between", "c15", "c13", "c12", "c11", "c10",
        ]
        try expect(listed == expected, "Newest first, \(listed) were listed instead of \(expected).")
        request = ListRequest(order: .oldestFirst, limit: 2)
        let oldest = try await library.list(request)
        var ascending = oldest.conversations.map(\.id.rawValue)
        try await library.delete("c11")
        try await add("before", updated: 1, to: library)
        try await add("c11a", updated: 11, to: library)
        request.cursor = oldest.next
        ascending += try await ids(request, in: library)
        let rest = ["c10", "c11", "c11a", "c12", "c13", "c15", "between", "c17", "c17z", "c19", "c21"]
        try expect(
            Array(ascending.prefix(rest.count)) == rest && Set(ascending.dropFirst(rest.count)) == ["new", "c14"],
            "Oldest first, \(ascending) were listed instead of \(rest) and the changed ones."
        )
        try expect(
            Set(ascending).count == ascending.count,
            "Oldest first, a conversation was listed twice."
        )
    }

    func openListStopsNobody() async throws {
        let library = try await make()
        for number in 0..<6 { try await add(ConversationID("c\(number)"), updated: Double(number), to: library) }
        let writer = try await reopen?(library) ?? library
        var request = ListRequest(limit: 2)
        var count = 0
        repeat {
            let page = try await library.list(request)
            count += page.conversations.count
            for info in page.conversations {
                // Each is written through another instance while the list is being read.
                let id = info.id
                let store = writer.store(for: id)
                guard var snapshot = try await store.load() else { throw fail("A listed conversation loads as nil.") }
                try snapshot.append(entry("more", id: "more"))
                try await store.save(snapshot)
                try expect(try await texts(of: id, in: library).count == 3, "A save during a list is not visible.")
            }
            request.cursor = page.next
        } while request.cursor != nil && count < 100
        try expect(count == 6, "\(count) of 6 were listed.")
    }

    func changedListEnds() async throws {
        for limit in [1, 2, 50] {
            let library = try await make()
            let expected = (0..<5).map { ConversationID("c\($0)") }
            for (number, id) in expected.enumerated() { try await add(id, updated: Double(number), to: library) }
            var met: [ConversationID] = []
            for try await info in library.conversations(ListRequest(order: .oldestFirst, limit: limit)) {
                met.append(info.id)
                guard met.count <= expected.count else { break }
                try await library.rename(info.id, to: "Met")
                _ = try await library.fork(info.id)
            }
            try expect(met == expected, "With pages of \(limit), \(met) were listed instead of \(expected).")
        }
    }
}
