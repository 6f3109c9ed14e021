import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What it costs to read a history page by page.
@Suite("Pages of a history in a directory")
struct DirectoryPagingTests {
    private let scene = LibraryScene()

    private func fill(_ count: Int) async throws -> Int {
        var snapshot = LibraryScene.Snapshot(messages: [])
        for number in 0..<count { try snapshot.append(.user("message \(number)")) }
        try await scene.library().store(for: "long").save(snapshot)
        return scene.home.size("library/conversations/long.json")
    }

    @Test("All pages of a history cost little more than the history once", arguments: [false, true])
    func cost(messagesOnly: Bool) async throws {
        let size = try await fill(3000)
        let calls = FaultySystemCalls()
        let library = scene.library(calls: calls)
        var texts: [String] = []
        for try await entry in library.history(of: "long", pageSize: 50, messagesOnly: messagesOnly) {
            texts.append(entry.message?.text ?? "")
        }
        #expect(texts == (0..<3000).map { "message \($0)" })
        #expect(calls.bytesRead < 4 * size, "\(calls.bytesRead) bytes of \(size)")
    }

    @Test("A page is of what is there now, whoever has changed it")
    func current() async throws {
        _ = try await fill(10)
        let library = scene.library()
        let request = EntryRequest(from: .newest, limit: 1)
        #expect(try await library.entries(of: "long", request).totalCount == 10)
        try await scene.library().append([HistoryEntry(.message(.user("more")))], to: "long")
        #expect(try await library.entries(of: "long", request).entries.first?.message?.text == "more")
        // The same size and date prove nothing.
        let name = "library/conversations/long.json"
        let text = String(decoding: try #require(scene.home.read(name)), as: UTF8.self)
        #expect(text.contains("more"))
        let store = scene.library().store(for: "long")
        var snapshot = try #require(try await store.load())
        var entry = snapshot.entries[10]
        entry.content = .message(.user("less"))
        snapshot.replaceUnchecked(at: 10, with: entry)
        try await store.save(snapshot)
        #expect(try await library.entries(of: "long", request).entries.first?.message?.text == "less")
        try await scene.library().delete("long")
        let error = await failure { () throws(HistoryStoreError) in _ = try await library.entries(of: "long", request) }
        #expect(error?.code == .notFound)
    }
}
