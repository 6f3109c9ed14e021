package import ConversationHistory
package import ConversationHistoryLibrary
package import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A comparison of a library with the one in memory, through the same random operations.
package struct LibraryComparison: Sendable {
    package init() {}

    /// Compares an empty library with the one in memory.
    ///
    /// - Parameter seed: The seed that determines all operations.
    package func compare(
        _ library: some ConversationLibrary<ChatMessage>,
        seed: UInt64,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let model = InMemoryConversationLibrary<ChatMessage>()
        var numbers = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let step = Step(using: &numbers)
            let expected = await answer(step, in: model)
            let actual = await answer(step, in: library)
            #expect(actual == expected, "\(step)", sourceLocation: sourceLocation)
        }
        #expect(try await library.verify() == [], sourceLocation: sourceLocation)
        #expect(try await library.statistics() == model.statistics(), sourceLocation: sourceLocation)
    }

    /// One operation, with all its random values drawn beforehand, so that it is the same for both libraries.
    private struct Step: CustomStringConvertible {
        static let owners: [Owner?] = [
            nil, Owner(user: "ada", organization: "analytical"), Owner(user: "é"), Owner(user: "e\u{301}"),
            Owner(organization: "analytical"),
        ]
        static let words = ["one", "two words", "twice twice", "Größe", "漢字", ""]

        let kind: Int
        let id: ConversationID
        let other: ConversationID
        let scope: Owner?
        let owner: Owner?
        let number: Int
        let word: String
        let date: Date
        let isNewest: Bool

        init(using numbers: inout SeededGenerator) {
            kind = Int.random(in: 0..<24, using: &numbers)
            id = ConversationID("conversation \(Int.random(in: 0..<6, using: &numbers))")
            other = ConversationID("conversation \(Int.random(in: 0..<6, using: &numbers))")
            scope = Bool.random(using: &numbers) ? nil : Self.owners[Int.random(in: 0..<5, using: &numbers)]
            owner = Self.owners[Int.random(in: 0..<5, using: &numbers)]
            number = Int.random(in: 0..<12, using: &numbers)
            word = Self.words[Int.random(in: 0..<6, using: &numbers)]
            date = Date(timeIntervalSinceReferenceDate: Double.random(in: 0..<8e8, using: &numbers).rounded())
            isNewest = Bool.random(using: &numbers)
        }

        var description: String { "\(kind) \(id) \(other) \(scope as Any) \(owner as Any) \(number) \(word)" }
    }

    private func answer(_ step: Step, in library: some ConversationLibrary<ChatMessage>) async -> String {
        do throws(HistoryStoreError) {
            return try await perform(step, in: step.scope.map(library.scoped) ?? library)
        } catch { return "\(error.code)" }
    }

    private func perform(
        _ step: Step,
        in library: some ConversationLibrary<ChatMessage>
    ) async throws(HistoryStoreError) -> String {
        switch step.kind {
        case 0, 1:
            let new = NewConversation(
                id: step.id,
                title: step.word,
                owner: step.owner,
                metadata: ["number": .number(JSONNumber(step.number))],
                created: step.date
            )
            return described(try await library.create(new))
        case 2: return described(try await library.info(of: step.id))
        case 3: try await library.rename(step.id, to: step.word.isEmpty ? nil : step.word)
        case 4: try await library.setMetadata(["word": .string(step.word)], of: step.id)
        case 5: try await library.setOwner(step.owner, of: step.id)
        case 6, 7, 8, 9: return try await edit(step, in: library)
        case 10:
            let request = EntryRequest(
                from: step.isNewest ? .newest : .oldest,
                offset: step.number / 2,
                limit: step.number,
                messagesOnly: step.number.isMultiple(of: 2)
            )
            return "\(try await library.entries(of: step.id, request))"
        case 11, 12: try await library.append(entries(step), to: step.id)
        case 13: try await library.delete(step.id)
        case 14, 15: try await library.restore(step.id)
        case 16: return "\(try await library.purge(step.isNewest ? .everything : .conversation(step.id)))"
        case 17:
            let page = try await library.entries(of: step.id, EntryRequest(offset: step.number, limit: 1))
            let last = step.isNewest ? nil : page.entries.first?.id
            let new = NewConversation(id: step.other, owner: step.owner, created: step.date)
            return described(try await library.fork(step.id, after: last, as: new))
        case 18, 19: return try await search(step, in: library)
        case 20:
            let name = step.isNewest ? "a" : "b"
            let info = try await library.saveArtifact(Array(step.word.utf8), named: name, type: nil, in: step.id)
            return "\(info.version) \(info.byteCount)"
        case 21:
            let infos = try await library.artifacts(in: step.id)
            guard let info = infos.first else { return "none" }
            let artifact = try await library.artifact(named: info.name, version: 1, in: step.id)
            return "\(infos.map { "\($0.name) \($0.version) \($0.byteCount)" }) \(artifact.text ?? "")"
        case 22: try await library.removeArtifact(named: step.isNewest ? "a" : "b", in: step.id)
        default:
            let statistics = "\(try await library.statistics())"
            return statistics + (try await list(step, in: library))
        }
        return "done"
    }

    /// Loads a conversation and saves it after an edit.
    private func edit(
        _ step: Step,
        in library: some ConversationLibrary<ChatMessage>
    ) async throws(HistoryStoreError) -> String {
        let store = library.store(for: step.id)
        let loaded = try await store.load()
        var snapshot = loaded ?? ConversationSnapshot(created: step.date)
        let place = snapshot.entries.isEmpty ? nil : step.number % snapshot.entries.count
        do {
            switch step.kind {
            case 6: for entry in entries(step) { try snapshot.append(entry) }
            case 7: if let place { try snapshot.remove(snapshot.entries[place].id) }
            case 8: snapshot.rewind(to: snapshot.entries.count - step.number % 4, date: step.date)
            default:
                if let place {
                    try snapshot.update(snapshot.entries[place].id) { entry in
                        entry.isPinned.toggle()
                        if step.isNewest { entry.content = .message(.user(step.word)) }
                    }
                }
                snapshot.title = step.word
                if step.number == 0 { snapshot.removeRewound() }
            }
        } catch { return "not edited" }
        snapshot.updated = step.date
        try await store.save(snapshot)
        // The same store saves again, and another one reads the result.
        do {
            if step.isNewest {
                let id = EntryID("last \(step.date.timeIntervalSinceReferenceDate)")
                try snapshot.append(HistoryEntry(.message(.assistant(step.word)), id: id, date: step.date))
            }
        } catch { return "not appended" }
        try await store.save(snapshot)
        guard var saved = try await library.store(for: step.id).load() else { return "gone" }
        saved.updated = nil
        do {
            return "\(loaded?.entries.count ?? -1) " + String(decoding: try saved.encoded(), as: UTF8.self)
        } catch { return "not encoded" }
    }

    private func entries(_ step: Step) -> [HistoryEntry<ChatMessage>] {
        (0..<step.number).map { number in
            let id = EntryID("\(step.date.timeIntervalSinceReferenceDate) \(number)")
            let date = number == 3 ? nil : step.date.addingTimeInterval(Double(number % 3))
            if number == 2 { return HistoryEntry(.action(HistoryAction(name: step.word)), id: id, date: date) }
            return HistoryEntry(.message(.user("\(step.word) \(number)")), id: id, date: date)
        }
    }

    private func search(
        _ step: Step,
        in library: some ConversationLibrary<ChatMessage>
    ) async throws(HistoryStoreError) -> String {
        var request = SearchRequest(step.word, order: step.kind == 18 ? .newestFirst : .byRank, limit: 1 + step.number)
        if step.number == 5 { request.conversation = step.id }
        if step.number == 6 { request.dates = step.date..<step.date.addingTimeInterval(1e8) }
        if step.number == 7 { request.roles = [.assistant] }
        var pages: [[SearchHit]] = []
        while true {
            let page = try await library.search(request)
            guard let last = page.last else { return "\(pages)" }
            pages.append(page)
            request.after = last.cursor
        }
    }

    /// Lists conversations by given values only, because dates that a library sets itself differ between the two.
    private func list(
        _ step: Step,
        in library: some ConversationLibrary<ChatMessage>
    ) async throws(HistoryStoreError) -> String {
        var request = ListRequest(owner: step.isNewest ? step.owner : nil, limit: 2)
        if step.number > 8 { request.title = step.word }
        if step.number == 7 { request.created = step.date..<step.date.addingTimeInterval(4e8) }
        if step.number.isMultiple(of: 3) { request.trash = .only }
        if step.number.isMultiple(of: 2) { request.order = .oldestFirst }
        var infos: [ConversationInfo] = []
        while true {
            let page = try await library.list(request)
            infos += page.conversations
            guard let next = page.next else { break }
            request.cursor = next
        }
        return "\(infos.map(described).sorted())"
    }

    private func described(_ info: ConversationInfo) -> String {
        var info = info
        info.updated = info.created
        if info.deleted != nil { info.deleted = info.created }
        return "\(info)"
    }
}
