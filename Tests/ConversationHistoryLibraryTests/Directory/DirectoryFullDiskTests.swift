import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryLibrary

@Suite("A library in a directory on a full disk", .enabled(if: SmallDisk.isAvailable, "\(SmallDisk.reason)"))
struct DirectoryFullDiskTests {
    @Test("What has no room is refused as such, what was stored stays, and all can be done when there is room")
    func full() async throws {
        let disk = try #require(SmallDisk(byteCount: 1 << 20))
        let library = DirectoryConversationLibrary(path: disk.path + "/library")
        let store = library.store(for: "a")
        var snapshot = ConversationSnapshot(messages: [ChatMessage.user("said first")])
        try await store.save(snapshot)
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        for spare in stride(from: 0, through: 3 * 4096, by: 4096) {
            let before = try await LibraryState(of: library)
            var longer = snapshot
            try longer.append(.user("said " + String(repeating: "x", count: 50_000)))
            var edited = snapshot
            try edited.update(edited.entries[0].id) {
                $0.content = .message(.user("said " + String(repeating: "y", count: 50_000)))
            }
            let data = [UInt8](repeating: 7, count: 50_000)
            disk.fill(leaving: spare)
            for attempt in 0..<4 {
                let error = await failure { () throws(HistoryStoreError) in
                    switch attempt {
                    case 0: try await store.save(longer)
                    case 1: try await store.save(edited)
                    case 2: _ = try await library.saveArtifact(data, named: "file", in: "a")
                    default: try await library.store(for: "new").save(longer)
                    }
                }
                #expect(error?.code == .noSpace, "attempt \(attempt), \(spare) bytes left: \(error as Any)")
                #expect(try await LibraryState(of: library) == before, "attempt \(attempt), \(spare) bytes left")
            }
            // What takes no room at all is done nonetheless.
            try await library.delete("a")
            try await library.restore("a")
            #expect(try await LibraryState(of: library) == before)
            disk.empty()
            try await store.save(longer)
            #expect(try await library.saveArtifact([2], named: "file", in: "a").version > 1)
            #expect(try await store.load()?.entries.count == longer.entries.count)
            snapshot = try #require(try await store.load())
            snapshot.rewind(to: 1, date: nil)
            snapshot.removeRewound()
            try await store.save(snapshot)
        }
        #expect(try await library.verify() == [])
    }
}
