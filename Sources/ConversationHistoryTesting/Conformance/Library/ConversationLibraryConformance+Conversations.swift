import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Creating conversations, their attributes, and setting those while a store is open.
extension ConversationLibraryConformance {
    func createsOnce() async throws {
        let library = try await make()
        let new = NewConversation(
            id: "first",
            title: "A title",
            owner: Owner(user: "ada", organization: "analytical"),
            metadata: ["color": "red"],
            created: day(1)
        )
        let created = try await library.create(new)
        let expected = ConversationInfo(
            id: "first",
            title: new.title,
            owner: new.owner,
            created: day(1),
            updated: created.updated,
            metadata: new.metadata
        )
        try expectSame(created, expected, "After it was created")
        try expectSame(try await library.info(of: "first"), expected, "When it is looked up")
        guard let loaded = try await library.store(for: "first").load() else {
            throw fail("A new conversation loads as nil.")
        }
        try expect(loaded.entries.isEmpty && loaded.title == new.title, "A new conversation loads as another one.")
        try await expectError(.alreadyExists, "A second conversation with the same id") {
            try await library.create(NewConversation(id: "first", title: "Another"))
        }
        try expectSame(try await library.info(of: "first"), expected, "After a second one was refused")
        var unnamed: Set<ConversationID> = []
        for _ in 0..<8 { unnamed.insert(try await library.create(NewConversation()).id) }
        try expect(unnamed.count == 8, "8 new conversations have only \(unnamed.count) ids.")
        try await expectError(.notFound, "An id that was never used") { try await library.info(of: "never") }
        try await add("saved", to: library)
        try await expectError(.alreadyExists, "The id of a saved conversation") {
            try await library.create(NewConversation(id: "saved"))
        }
        try await library.delete("first")
        try await expectError(.alreadyExists, "An id in the trash") {
            try await library.create(NewConversation(id: "first"))
        }
    }

    func attributesComeBack() async throws {
        let library = try await make()
        var expected: [ConversationID: ConversationInfo] = [:]
        let numbers = SampleConversations.strangeNumbers.map { JSONNumber($0).map(JSONValue.number) ?? .null }
        let metadata: JSONObject = [
            "numbers": .array(numbers), "texts": .array(SampleConversations.strangeTexts.map(JSONValue.string)),
            "cafe\u{301}": 1, "caf\u{e9}": 2, "": nil, "limits": [9_223_372_036_854_775_807],
        ]
        let titles = [nil] + SampleConversations.strangeTexts.map(Optional.some)
        for (number, title) in titles.enumerated() {
            let id = ConversationID("c\(number)")
            let owner = number % 3 == 0 ? nil : Owner(user: title, organization: number % 3 == 1 ? nil : title)
            // Each date has a fraction that no short decimal represents exactly.
            let created = Date(timeIntervalSinceReferenceDate: 1e8 / 3 + Double(number) / 7)
            let new = NewConversation(id: id, title: title, owner: owner, metadata: metadata, created: created)
            let info = try await library.create(new)
            let wanted = ConversationInfo(
                id: id,
                title: title,
                owner: owner,
                created: created,
                updated: info.updated,
                metadata: metadata
            )
            try expectSame(info, wanted, "Created with strange text \(number)")
            // Each text is replaced by the next, so that each is set once.
            let next = titles[(number + 1) % titles.count]
            try await library.rename(id, to: next)
            try await library.setOwner(next.map { Owner(user: $0) }, of: id)
            try await library.setMetadata(["title": next.map(JSONValue.string) ?? nil], of: id)
            let changed = try await library.info(of: id)
            expected[id] = ConversationInfo(
                id: id,
                title: next,
                owner: next.map { Owner(user: $0) },
                created: created,
                updated: changed.updated,
                metadata: ["title": next.map(JSONValue.string) ?? nil]
            )
        }
        for library in [library, try await reopen?(library) ?? library] {
            for (id, info) in expected {
                try expectSame(try await library.info(of: id), info, "Looked up after all were set")
                let loaded = try await library.store(for: id).load()
                try expect(
                    loaded?.title.map { Array($0.utf8) } == info.title.map { Array($0.utf8) },
                    "A store loads another title than the one that was set."
                )
            }
            for info in try await library.list(ListRequest(limit: 1_000)).conversations {
                guard let expected = expected[info.id] else { throw fail("A list holds an unknown conversation.") }
                try expectSame(info, expected, "In a list")
            }
        }
        try await datesComeBack()
    }

    /// Checks that dates of any time are kept and ordered.
    private func datesComeBack() async throws {
        let library = try await make()
        let beforeTheEpoch = Date(timeIntervalSince1970: -0.5)
        let dates = [Date.distantPast, beforeTheEpoch, Date(timeIntervalSince1970: 0), day(0), .distantFuture]
        for (number, date) in dates.enumerated() {
            let id = ConversationID("c\(number)")
            var snapshot = try snapshot(["text"], created: date)
            try snapshot.append(entry("of that time", id: "dated", date: date))
            try await library.store(for: id).save(snapshot)
            let info = try await library.info(of: id)
            try expect(info.created == date && info.updated == date, "\(date) was returned as \(info.created).")
        }
        try await expectList(ListRequest(limit: 2), ["c4", "c3", "c2", "c1", "c0"], in: library, "By date")
        let found = try await library.search(SearchRequest("\"that time\"", dates: dates[1]..<dates[3]))
        try expect(found.map(\.date) == [dates[2], dates[1]], "By date, \(found.map(\.conversation)) were found.")
    }

    func attributesAreSetBesideAnOpenStore() async throws {
        let library = try await make()
        var mine = try await add("open", title: "caf\u{e9}", to: library)
        let store = library.store(for: "open")
        _ = try await store.load()
        try await library.rename("open", to: "Theirs")
        try await library.setMetadata(["theirs": true], of: "open")
        try await library.setOwner(Owner(user: "theirs"), of: "open")
        var theirs = mine
        for number in 0..<3 {
            let entry = entry("more \(number)", id: EntryID("more\(number)"))
            try mine.append(entry)
            try theirs.append(entry)
            try await store.save(mine)
            theirs.title = "Theirs"
            theirs.metadata = ["theirs": true]
            theirs.owner = Owner(user: "theirs")
            theirs.updated = mine.updated
            try await expect(library, "open", holds: theirs, "After save \(number + 1) of an open store")
        }
        let info = try await library.info(of: "open")
        try expect(info.title == "Theirs" && info.owner?.user == "theirs", "A save undid a new title or owner.")
        try expect(info.metadata == ["theirs": true], "A save undid new metadata.")
        // Changes in the snapshot itself are saved, even in the spelling of a letter.
        mine.title = "cafe\u{301}"
        mine.metadata = ["mine": 1]
        try await store.save(mine)
        theirs.title = mine.title
        theirs.metadata = mine.metadata
        try await expect(library, "open", holds: theirs, "After a save that changed the title")
        mine.title = nil
        try await library.rename("open", to: "Theirs again")
        try await store.save(mine)
        try expect(try await library.info(of: "open").title == nil, "A save didn't remove the title.")
        try await library.rename("open", to: nil)
        try await library.setOwner(nil, of: "open")
        try await store.save(mine)
        let last = try await library.info(of: "open")
        try expect(last.title == nil && last.owner == nil, "A save restored a removed title or owner.")
        try await expectError(.notFound, "A title for an unknown id") { try await library.rename("never", to: "x") }
    }

    func firstSaveCreates() async throws {
        let everyone = try await make()
        let owner = Owner(user: "ada", organization: "analytical")
        let library = everyone.scoped(to: owner)
        let store = library.store(for: "mine")
        try expect(try await store.load() == nil, "The store of an unknown id loads a snapshot.")
        try await expectError(.notFound, "A conversation before its first save") { try await everyone.info(of: "mine") }
        var saved = try snapshot(["a question"])
        try await store.save(saved)
        try expect(try await everyone.info(of: "mine").owner == owner, "A first save set another owner.")
        // The snapshot still has no owner, which must not remove the stored one.
        try saved.append(entry("an answer", id: "e1"))
        try await store.save(saved)
        try expect(try await everyone.info(of: "mine").owner == owner, "A second save removed the owner.")
        saved.owner = Owner(user: "bob")
        let foreign = saved
        try await expectError(.permissionDenied, "A save for another owner") {
            try await store.save(foreign)
        }
        try await expectError(.permissionDenied, "A first save for another owner") {
            try await library.store(for: "theirs").save(foreign)
        }
        try expect(try await everyone.list(ListRequest()).conversations.count == 1, "A refused save had an effect.")
        try expect(try await texts(of: "mine", in: library).count == 2, "A refused save changed a history.")
        try await everyone.store(for: "theirs").save(foreign)
        try expect(try await everyone.info(of: "theirs").owner == Owner(user: "bob"), "The snapshot's owner was lost.")
    }

    func savedComesBackEqual() async throws {
        let library = try await make()
        for (number, sample) in try SampleSnapshots.all(of: SampleConversations.everyKindOfMessage).enumerated() {
            // The snapshot's own id differs from the key, or is missing.
            let id = ConversationID("key\(number)")
            try await library.store(for: id).save(sample.snapshot)
            try await expect(library, id, holds: sample.snapshot, "After a save of \(sample.name)")
            let info = try await library.info(of: id)
            try expect(info.id == id, "The key was replaced by the snapshot's id.")
            try expect(info.origin == sample.snapshot.origin, "The origin of \(sample.name) is different.")
            try expect(
                info.entryCount == sample.snapshot.entries.count
                    && info.messageCount == sample.snapshot.messages.count,
                "\(info.messageCount) messages and \(info.entryCount) entries are counted in \(sample.name)."
            )
        }
    }

    func conversationsWork() async throws {
        let everyone = try await make()
        let library = everyone.scoped(to: Owner(user: "ada", organization: "analytical"))
        let conversation = try await Conversation(restoring: library.store(for: "chat"))
        for number in 1...3 {
            try await conversation.turn("question \(number)") { turn in
                try await turn.append(.assistant("answer \(number)"))
            }
            if number == 1 { try await library.rename("chat", to: "A chat") }
        }
        let expected = (1...3).flatMap { ["question \($0)", "answer \($0)"] }
        try expect(try await texts(of: "chat", in: library) == expected, "The stored turns differ.")
        let again = try await Conversation(restoring: (try await reopen?(everyone) ?? everyone).store(for: "chat"))
        try expect(again.messages.map(\.text) == expected, "The turns were not restored.")
        try expect(again.title == "A chat", "The title that was set between two turns was lost.")
        try await again.turn("question 4") { try await $0.append(.assistant("answer 4")) }
        let refused: Bool
        do {
            try await conversation.turn("too late") { _ in }
            refused = false
        } catch { refused = true }
        try expect(refused, "A turn after another writer's save was not refused.")
        try expect(try await texts(of: "chat", in: library).count == 8, "A refused turn was saved.")
    }

    func otherInstanceSeesAll() async throws {
        let first = try await make()
        let second = try await reopened(first)
        var snapshot = try await add("mine", title: "Mine", to: first)
        _ = try await first.create(NewConversation(id: "empty", title: "Empty"))
        _ = try await first.saveArtifact(Array("bytes".utf8), named: "file", type: "text/plain", in: "mine")
        _ = try await first.fork("mine", after: "e0", as: NewConversation(id: "fork"))
        try await first.delete("empty")
        for library in [second, try await reopened(first)] {
            try await expect(library, "mine", holds: snapshot, "In another instance")
            try await expectList(
                ListRequest(limit: 1),
                try await ids(ListRequest(), in: first),
                in: library,
                "In another instance"
            )
            try await expectList(ListRequest(trash: .only), ["empty"], in: library, "The trash in another instance")
            for id: ConversationID in ["mine", "empty", "fork"] {
                try expectSame(try await library.info(of: id), try await first.info(of: id), "In another instance")
            }
            let artifact = try await library.artifact(named: "file", version: nil, in: "mine")
            try expect(artifact.text == "bytes", "Another instance has another artifact.")
            try await expectHits(SearchRequest("answer"), ["mine/e1"], in: library, "In another instance")
        }
        try await second.rename("mine", to: "Theirs")
        let store = second.store(for: "mine")
        guard let loaded = try await store.load() else { throw fail("Another instance loads nil.") }
        snapshot = loaded
        try snapshot.append(entry("a second question", id: "e2"))
        try await store.save(snapshot)
        try expect(try await first.info(of: "mine").title == "Theirs", "Another instance's title is not visible.")
        try await expectHits(SearchRequest("second"), ["mine/e2"], in: first, "Another instance's entry")
        try await second.delete("mine")
        try await expectError(.notFound, "After a deletion elsewhere") { try await first.store(for: "mine").load() }
    }
}
