#if SQLite
import ConversationHistory
@testable import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("An SQLite library on a full disk", .enabled(if: SmallDisk.isAvailable, "\(SmallDisk.reason)"))
struct SQLiteLibraryFullDiskTests {
    @Test(
        "What has no room is refused as such, what was stored stays, and all can be done when there is room",
        arguments: [0, 4096, 40_000]
    )
    func full(spare: Int) async throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        let library = try await ChatLibrary(path: disk.path + "/a.db")
        let store = library.store(for: "a")
        let snapshot = ConversationSnapshot(messages: [ChatMessage.user("said first")])
        try await store.save(snapshot)
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        let before = try await LibraryState(of: library)
        let text = String(repeating: "x", count: 200_000)
        var longer = snapshot
        try longer.append(.user("said " + text))
        var edited = snapshot
        try edited.update(edited.entries[0].id) { $0.content = .message(.user("said " + text)) }
        let data = [UInt8](repeating: 7, count: 200_000)
        disk.fill(leaving: spare)
        for number in 0..<4 {
            let code = await code { () throws(HistoryStoreError) in
                switch number {
                case 0: try await store.save(longer)
                case 1: try await store.save(edited)
                case 2: _ = try await library.saveArtifact(data, named: "file", in: "a")
                default: try await library.store(for: "new").save(longer)
                }
            }
            #expect(code == .noSpace, "attempt \(number)")
            #expect(try await LibraryState(of: library) == before, "attempt \(number)")
        }
        // A process that starts now reads all there is.
        let other = try await ChatLibrary(path: disk.path + "/a.db")
        #expect(try await LibraryState(of: other) == before)
        await other.close()
        disk.empty()
        try await store.save(longer)
        #expect(try await library.saveArtifact(data, named: "file", in: "a").version == 2)
        #expect(try await library.store(for: "a").load() == longer)
        #expect(try await library.verify() == [])
        await library.close()
    }

    @Test("A library is not created where there is no room, and is when there is")
    func creation() async throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        disk.fill()
        let path = disk.path + "/a.db"
        #expect(await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: path) } == .noSpace)
        disk.empty()
        let library = try await ChatLibrary(path: path)
        #expect(try await library.verify() == [])
        await library.close()
    }
}
#endif
