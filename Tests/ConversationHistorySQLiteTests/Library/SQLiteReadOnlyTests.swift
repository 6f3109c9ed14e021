#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite(
    "An SQLite library on a medium that can only be read",
    .enabled(if: SmallDisk.isAvailable, "\(SmallDisk.reason)")
)
struct SQLiteReadOnlyTests {
    /// A name that is written otherwise where options follow.
    private static let name = "a%41 ?#ä.db"

    @Test("It is listed, read, searched, verified and copied, and refuses whatever writes")
    func read() async throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        let path = disk.mountReadOnly() + "/" + Self.name
        let first = try await ChatLibrary(path: disk.path + "/" + Self.name)
        let conversation = try await first.addConversation("a", turns: 3)
        _ = try await first.saveArtifact([1, 2], named: "file", in: "a")
        await first.close()
        let library = try await ChatLibrary(path: path)
        #expect(try await library.list(ListRequest()).conversations.map(\.id) == ["a"])
        #expect(try await library.store(for: "a").load()?.entries == conversation.snapshot.entries)
        #expect(try await library.search(SearchRequest("answer")).count == 3)
        #expect(try await library.artifact(named: "file", in: "a").data == [1, 2])
        #expect(try await library.statistics().conversationCount == 1)
        #expect(try await library.verify() == [])
        let refused = await code { () throws(HistoryStoreError) in
            try await library.append([HistoryEntry(.message(.user("more")))], to: "a")
        }
        #expect(refused == .permissionDenied)
        let directory = TemporaryDirectory()
        try await library.backUp(to: directory.path("copy.db"))
        let copy = try await ChatLibrary(path: directory.path("copy.db"))
        #expect(try await copy.verify() == [])
        #expect(try await copy.info(of: "a").entryCount == 6)
        await copy.close()
        // Someone else may write by another way, as on the host of a container.
        let other = try await ChatLibrary(path: disk.path + "/" + Self.name)
        try await other.append([HistoryEntry(.message(.user("more")))], to: "a")
        #expect(try await library.info(of: "a").entryCount == 7)
        try await other.append([HistoryEntry(.message(.user("yet more")))], to: "a")
        #expect(try await library.info(of: "a").entryCount == 8)
        await other.close()
        #expect(try await library.info(of: "a").entryCount == 8)
        #expect(try await library.verify() == [])
        await library.close()
    }

    @Test("What a process that was killed has left in the log is read if it can be, and not passed over")
    func log() async throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        let path = disk.path + "/a.db"
        let library = try await ChatLibrary(path: path)
        try await library.addConversation("a")
        // As it lies there while it is open.
        let files = try ["", "-wal", "-shm"].map { try #require(TemporaryDirectory.content(of: path + $0)) }
        await library.close()
        for hasSharedMemory in [true, false] {
            let disk = try #require(SmallDisk(byteCount: 4 << 20))
            let path = disk.mountReadOnly() + "/a.db"
            disk.write("a.db", files[0])
            disk.write("a.db-wal", files[1])
            if hasSharedMemory { disk.write("a.db-shm", files[2]) }
            let count = Lock(0)
            let refused = await code { () throws(HistoryStoreError) in
                let library = try await ChatLibrary(path: path)
                let info = try await library.info(of: "a")
                count.withLock { $0 = info.entryCount }
            }
            #expect(hasSharedMemory ? refused == nil : refused != nil)
            #expect(count.withLock { $0 } == (hasSharedMemory ? 2 : 0))
        }
    }

    @Test("A library of an earlier version and one that is not there are refused as what they are")
    func old() async throws {
        let disk = try #require(SmallDisk(byteCount: 4 << 20))
        let content = try #require(
            TemporaryDirectory.content(of: LibraryFixture.path("sqlite/library-version-1.sqlite"))
        )
        disk.write("old.db", content)
        let view = disk.mountReadOnly()
        let old = await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: view + "/old.db") }
        #expect(old == .permissionDenied)
        let none = await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: view + "/no.db") }
        #expect(none == .permissionDenied)
    }
}
#endif
