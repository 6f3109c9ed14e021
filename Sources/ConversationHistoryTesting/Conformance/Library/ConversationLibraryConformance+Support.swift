import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConversationLibraryConformance {
    /// Returns the suite for the stores of one new library, with every clause that doesn't depend on the stored form.
    ///
    /// - Throws: The error of the closure that makes a library.
    public func storeConformance() async throws -> HistoryStoreConformance<LibraryStore<Library>> {
        let (library, reopen) = (try await make(), reopen)
        return HistoryStoreConformance(
            make: { LibraryStore(of: .unique(), in: library) },
            // Without another instance, another store of the same library will do: each store is a writer of its own.
            reopen: { LibraryStore(of: $0.id, in: try await reopen?($0.library) ?? $0.library) },
            delete: {
                try await $0.library.delete($0.id)
                _ = try await $0.library.purge(.conversation($0.id))
            }
        )
    }
}

/// Helpers for the checks of all clauses.
extension ConversationLibraryConformance {
    typealias Snapshot = ConversationSnapshot<ChatMessage>
    typealias Entry = HistoryEntry<ChatMessage>

    func fail(_ reason: String) -> ConformanceFinding { .failed(reason) }

    func expect(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
        if !condition { throw fail(reason()) }
    }

    /// Ends the check unless a call throws an error with a code.
    func expectError<Value>(
        _ code: HistoryStoreError.Code,
        _ moment: String,
        _ body: () async throws -> Value
    ) async throws {
        do {
            _ = try await body()
        } catch let error as HistoryStoreError {
            try expect(error.code == code, "\(moment): it threw another error: \(error)")
            return
        }
        throw fail("\(moment): it did not throw.")
    }

    /// Returns another instance over the same storage, or ends the check of the clause.
    func reopened(_ library: Library) async throws -> Library {
        guard let reopen else { throw ConformanceFinding.skipped("The suite has no `reopen` closure.") }
        return try await reopen(library)
    }

    /// Returns a past date some days after 2020-01-01, with a fraction that binary numbers can't hold exactly.
    func day(_ days: Double) -> Date {
        Date(timeIntervalSinceReferenceDate: 599_529_600.123_456 + days * 86_400)
    }

    func entry(_ text: String, id: EntryID, date: Date? = nil, role: MessageRole = .user) -> Entry {
        Entry(.message(ChatMessage(role: role, text: text)), id: id, date: date)
    }

    /// Returns a snapshot of messages whose entries have the ids `e0`, `e1` and so on.
    func snapshot(
        _ texts: [String],
        id: ConversationID? = nil,
        title: String? = nil,
        owner: Owner? = nil,
        created: Date? = nil,
        updated: Date? = nil
    ) throws -> Snapshot {
        var snapshot = Snapshot(id: id, title: title, owner: owner, created: created ?? day(0))
        snapshot.updated = updated ?? created ?? day(0)
        for (number, text) in texts.enumerated() {
            try snapshot.append(entry(text, id: EntryID("e\(number)"), date: day(Double(number) / 7)))
        }
        return snapshot
    }

    /// Adds a conversation to a library by a first save.
    @discardableResult
    func add(
        _ id: ConversationID,
        _ texts: [String] = ["a question", "an answer"],
        title: String? = nil,
        owner: Owner? = nil,
        created: Double = 0,
        updated: Double? = nil,
        to library: Library
    ) async throws -> Snapshot {
        let snapshot = try snapshot(
            texts,
            id: id,
            title: title,
            owner: owner,
            created: day(created),
            updated: day(updated ?? created)
        )
        try await library.store(for: id).save(snapshot)
        return snapshot
    }

    /// Ends the check unless a conversation holds a snapshot.
    func expect(_ library: Library, _ id: ConversationID, holds snapshot: Snapshot, _ moment: String) async throws {
        let loaded = try await library.store(for: id).load()
        if let difference = SnapshotDifference.between(snapshot, loaded) { throw fail("\(moment), \(difference)") }
    }

    /// Returns the texts of a conversation's messages.
    func texts(of id: ConversationID, in library: Library) async throws -> [String] {
        let page = try await library.entries(of: id, EntryRequest(limit: 1_000, messagesOnly: true))
        return page.entries.compactMap { $0.message?.text }
    }

    /// Ends the check unless two descriptions are equal, byte for byte.
    func expectSame(_ found: ConversationInfo, _ expected: ConversationInfo, _ moment: String) throws {
        func bytes(_ info: ConversationInfo) -> [[UInt8]?] {
            [info.title, info.owner?.user, info.owner?.organization].map { $0.map { Array($0.utf8) } }
        }
        try expect(found.id == expected.id, "\(moment), the id differs.")
        try expect(bytes(found) == bytes(expected), "\(moment), the title or the owner differs.")
        try expect(found.metadata == expected.metadata, "\(moment), the metadata differs.")
        try expect(found.created == expected.created, "\(moment), the date of creation differs.")
        try expect(found.updated == expected.updated, "\(moment), the date of change differs.")
        try expect(found.deleted == expected.deleted, "\(moment), the date of deletion differs.")
        try expect(
            found == expected,
            """
            \(moment), there are \(found.messageCount) messages and \(found.entryCount) entries instead of \
            \(expected.messageCount) and \(expected.entryCount), or the origin or the damage mark differs.
            """
        )
    }

    /// Returns the ids of a list, which is read page by page.
    func ids(_ request: ListRequest, in library: Library) async throws -> [String] {
        var request = request
        var ids: [String] = []
        for _ in 0..<10_000 {
            let page = try await library.list(request)
            try expect(page.conversations.count <= request.limit, "A page is longer than its limit.")
            ids += page.conversations.map(\.id.rawValue)
            guard let next = page.next else { return ids }
            try expect(!page.conversations.isEmpty, "An empty page has a next page.")
            request.cursor = next
        }
        throw fail("The pages of a list don't end.")
    }

    /// Ends the check unless a list holds the expected conversations in order.
    func expectList(
        _ request: ListRequest,
        _ expected: [String],
        in library: Library,
        _ moment: String
    ) async throws {
        let found = try await ids(request, in: library)
        try expect(
            found.map { Array($0.utf8) } == expected.map { Array($0.utf8) },
            "\(moment): \(found) were listed instead of \(expected)."
        )
    }

    /// Returns the hits of a search as `conversation/entry`.
    func hits(_ request: SearchRequest, in library: Library) async throws -> [String] {
        try await library.search(request).map { "\($0.conversation)/\($0.entry)" }
    }

    func expectHits(
        _ request: SearchRequest,
        _ expected: [String],
        in library: Library,
        _ moment: String
    ) async throws {
        let found = try await hits(request, in: library)
        try expect(found == expected, "\(moment): \(found) were found instead of \(expected).")
    }
}
