#if SQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("Opening an SQLite library")
struct SQLiteLibraryOpeningTests {
    let directory = TemporaryDirectory()

    /// A library of a version, as this package wrote it.
    static func fixture(_ version: Int) -> String { LibraryFixture.path("sqlite/library-version-\(version).sqlite") }

    @Test("A library of any version is read, found in and written to", arguments: 1...LibrarySchema.current.version)
    func everyVersion(_ version: Int) async throws {
        let content = try #require(TemporaryDirectory.content(of: Self.fixture(version)))
        directory.write("a.db", content)
        let library = try await directory.openLibrary()
        try await LibraryFixture.expectWhole(library)
    }

    @Test("Connections that create one at once do not take each other's for another application's")
    func createdAtOnce() async throws {
        for round in 0..<60 {
            let path = directory.path("\(round).db")
            await withTaskGroup(of: HistoryStoreError.Code?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await code { () throws(HistoryStoreError) in
                            await (try await ChatLibrary(path: path, durability: .processCrash)).close()
                        }
                    }
                }
                for await code in group { #expect(code == nil, "round \(round)") }
            }
        }
    }

    @Test("A library of a later version is refused, and stays as it is")
    func newerVersion() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a")
        await library.close()
        do {
            let database = try SQLiteDatabase.open(path: directory.database)
            try database.setUserVersion(LibrarySchema.current.version + 1)
        }
        let (path, before) = (directory.database, directory.read("a.db"))
        let refused = await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: path) }
        #expect(refused == .newerVersion)
        #expect(directory.read("a.db") == before)
    }

    @Test("Another application's database and other messages are refused")
    func foreign() async throws {
        do {
            let database = try SQLiteDatabase.open(path: directory.database)
            try database.createItems()
        }
        let path = directory.database
        let foreign = await code { () throws(HistoryStoreError) in _ = try await ChatLibrary(path: path) }
        #expect(foreign == .notAHistory)

        let other = directory.path("other.db")
        await (try await ChatLibrary(path: other)).close()
        let wrongType = await code { () throws(HistoryStoreError) in
            _ = try await SQLiteConversationLibrary<Note>(path: other)
        }
        #expect(wrongType == .wrongMessageType)
    }

    @Test("An index that was made by other rules is made anew")
    func searchVersion() async throws {
        let first = try await directory.openLibrary()
        try await first.addConversation("a")
        try await first.pool.write { (database) throws(SQLiteFailure) in
            try database.execute("DELETE FROM search")
            try database.setProperty("search-version", "0")
        }
        #expect(try await first.search(SearchRequest("answer")).isEmpty)
        await first.close()
        let second = try await directory.openLibrary()
        #expect(try await second.search(SearchRequest("answer")).count == 1)
        #expect(try await second.verify() == [])
    }

    @Test("A backup is a library; nothing is written over")
    func backup() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 3)
        let path = directory.path("copy.db")
        try await library.backUp(to: path)
        #expect(directory.mode("copy.db") == 0o600)
        let again = await code { () throws(HistoryStoreError) in try await library.backUp(to: path) }
        #expect(again == .alreadyExists)
        let copy = try await ChatLibrary(path: path)
        #expect(try await copy.verify() == [])
        #expect(try await copy.store(for: "a").load() == library.store(for: "a").load())
    }

    @Test("What is closed fails")
    func closed() async throws {
        let library = try await directory.openLibrary()
        let store = library.store(for: "a")
        await library.close()
        #expect(await code { () throws(HistoryStoreError) in _ = try await store.load() } == .io)
    }
}

/// A message of one's own.
private struct Note: HistoryMessage, Codable {
    var text: String
    var role: MessageRole { .user }
    var searchableText: String { text }
    var isEmpty: Bool { text.isEmpty }
}
#endif
