import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// A save that is refused says why, whatever the index knows of the history.
@Suite("A save of what is too large, in a library for one owner")
struct DirectoryScopedLimitsTests {
    private let scene = LibraryScene()
    private let owner = Owner(user: "ada")

    /// What has become of the index.
    enum Index: CaseIterable { case kept, lost, unreadable }

    @Test("It is no conflict", arguments: Index.allCases)
    func tooLarge(_ index: Index) async throws {
        try await scene.add("a", "one", owner: owner)
        _ = try await scene.library().list(ListRequest())
        switch index {
        case .kept: break
        case .lost: scene.home.remove("library/index.json")
        case .unreadable: scene.home.write("library/index.json", Array("{".utf8))
        }
        let limits = HistoryLimits(entryBytes: 4_000)
        let library = DirectoryConversationLibrary(path: scene.path, limits: limits).scoped(to: owner)
        for id in ["a", "new"] as [ConversationID] {
            let store = library.store(for: id)
            var snapshot = try await store.load() ?? ConversationSnapshot(id: id)
            try snapshot.append(.user(String(repeating: "x", count: 9_000)))
            let error = await failure { () throws(HistoryStoreError) in try await store.save(snapshot) }
            #expect(error?.code == .tooLarge)
        }
        #expect(scene.names("conversations") == ["a.json"])
    }
}
