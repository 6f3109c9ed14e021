import DurableFiles
import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

/// What an owner is told of a conversation of their own that cannot be read.
@Suite("A history that cannot be read, in a library for one owner")
struct DirectoryScopedDamageTests {
    /// Why it cannot be read.
    enum Failure: CaseIterable {
        case damaged, newerVersion, tooLarge

        var code: HistoryStoreError.Code {
            switch self {
            case .damaged: .damaged
            case .newerVersion: .newerVersion
            case .tooLarge: .tooLarge
            }
        }
    }

    let scene = LibraryScene()
    let ada = Owner(user: "ada")

    private func library(_ failure: Failure? = nil) -> LibraryScene.Library {
        let limits = failure == .tooLarge ? HistoryLimits(entryBytes: 64) : HistoryLimits()
        return LibraryScene.Library(scene.path, .processCrash, limits, .seconds(10), RealSystemCalls())
    }

    /// Creates a conversation of ada's, and lets something happen to its file.
    private func fill(_ failure: Failure) async throws {
        try await scene.add("a", String(repeating: "long ", count: 100), owner: ada)
        let name = "library/conversations/a.json"
        let bytes = try #require(scene.home.read(name))
        switch failure {
        case .damaged: scene.home.write(name, Array(bytes.prefix(bytes.count / 2)))
        case .newerVersion:
            let text = String(decoding: bytes, as: UTF8.self)
            scene.home.write(name, Array(text.replacing("\"version\":2", with: "\"version\":3").utf8))
        case .tooLarge: break
        }
    }

    @Test("It is never taken for one that was never written, whatever was listed before", arguments: Failure.allCases)
    func neverNil(_ failure: Failure) async throws {
        try await fill(failure)
        for listing in ["none", "by the owner", "by everyone"] {
            let library = library(failure)
            let scoped = library.scoped(to: ada)
            switch listing {
            case "by the owner": _ = try await scoped.list(ListRequest())
            case "by everyone": _ = try await library.list(ListRequest())
            default: scene.home.write("library/index.json", [])
            }
            let code = await errorCode { () throws(HistoryStoreError) in _ = try await scoped.store(for: "a").load() }
            #expect(code == failure.code, "listed \(listing)")
            await #expect(throws: HistoryStoreError.self, "listed \(listing)") {
                _ = try await Conversation(restoring: scoped.store(for: "a"))
            }
        }
    }

    @Test("In the trash, it is not taken for one that was never written either")
    func trashed() async throws {
        try await fill(.damaged)
        try await library().delete("a")
        scene.home.write("library/index.json", [])
        let code = await errorCode { () throws(HistoryStoreError) in
            _ = try await library().scoped(to: ada).store(for: "a").load()
        }
        #expect(code == .notFound)
    }

    @Test("Files that cannot be read now are listed with what was known")
    func unread() async throws {
        try await scene.add("a", "one")
        let isFailing = Lock(false)
        let calls = FaultySystemCalls { call in
            call.name == "pread" && isFailing.withLock { $0 } ? .fail(ErrorNumber.inputOutput) : nil
        }
        let library = scene.library(calls: calls)
        let infos = try await library.list(ListRequest()).conversations
        isFailing.withLock { $0 = true }
        let listed = try await library.list(ListRequest()).conversations
        #expect(listed.map(\.id) == ["a"])
        #expect(listed.map(\.title) == infos.map(\.title))
    }

    private func errorCode(
        _ body: () async throws(HistoryStoreError) -> Void
    ) async -> HistoryStoreError.Code? {
        do throws(HistoryStoreError) {
            try await body()
            return nil
        } catch { return error.code }
    }
}
