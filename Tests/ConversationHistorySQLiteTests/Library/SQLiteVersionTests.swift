#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary
import TestSupport
import Testing

@testable import ConversationHistorySQLite

@Suite("An SQLite library that another version has changed while it was open")
struct SQLiteVersionTests {
    let directory = TemporaryDirectory()

    private func write(
        _ verb: Int,
        _ library: ChatLibrary,
        _ store: SQLiteConversationStore<ChatMessage>,
        _ snapshot: ConversationSnapshot<ChatMessage>
    ) async throws(HistoryStoreError) {
        switch verb {
        case 0: try await store.save(snapshot)
        case 1: _ = try await library.create(NewConversation(id: "new"))
        case 2: try await library.rename("a", to: "Title")
        case 3: try await library.setMetadata(["key": "value"], of: "a")
        case 4: try await library.setOwner(Owner(user: "ada"), of: "a")
        case 5: try await library.append([HistoryEntry(.message(ChatMessage.user("more")))], to: "a")
        case 6: try await library.delete("a")
        case 7: try await library.restore("deleted")
        case 8: _ = try await library.purge(.everything)
        case 9: _ = try await library.fork("a")
        case 10: _ = try await library.saveArtifact([1], named: "file", in: "a")
        case 11: try await library.removeArtifact(named: "file", in: "a")
        default: try await library.store(for: "new").save(snapshot)
        }
    }

    @Test("Every verb that writes says so, and changes nothing", arguments: 0..<13)
    func refused(_ verb: Int) async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 2)
        _ = try await library.saveArtifact([1], named: "file", in: "a")
        try await library.addConversation("deleted")
        try await library.delete("deleted")
        let store = library.store(for: "a")
        var snapshot = try #require(try await store.load())
        try snapshot.append(.user("one more"))
        do {
            let database = try SQLiteDatabase.open(path: directory.database)
            try database.setUserVersion(LibrarySchema.current.version + 1)
        }
        let refused = await code { [snapshot] () throws(HistoryStoreError) in
            try await write(verb, library, store, snapshot)
        }
        #expect(refused == .newerVersion)
        #expect(try await library.info(of: "a").entryCount == 4)
        #expect(try await library.info(of: "a").title == nil)
        #expect(try await library.list(ListRequest()).conversations.map(\.id) == ["a"])
        #expect(try await library.list(ListRequest(trash: .only)).conversations.map(\.id) == ["deleted"])
        #expect(try await library.artifacts(in: "a").map(\.version) == [1])
        #expect(try await library.verify() == [])
    }

    @Test("An index of words that a later version has made is left alone, and only a search says so")
    func laterIndex() async throws {
        let library = try await directory.openLibrary()
        let conversation = try await library.addConversation("a", turns: 2)
        let later = SearchTokenizer.version + 1
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.execute("UPDATE search SET words = 'later'")
            try database.setProperty("search-version", String(later))
        }
        let again = try await directory.openLibrary()
        let (version, count) = try await again.pool.read { (database) throws(SQLiteFailure) in
            (try database.searchVersion, try database.value("SELECT count(*) FROM search WHERE words = 'later'"))
        }
        #expect(version == later)
        #expect(count == "4")
        for library in [library, again] {
            let refused = await code { () throws(HistoryStoreError) in
                _ = try await library.search(SearchRequest("answer"))
            }
            #expect(refused == .newerVersion)
        }
        #expect(try await again.list(ListRequest(title: "nothing")).conversations.isEmpty)
        // What is said meanwhile is found by whichever version: all look at it.
        try await conversation.addTurn(7)
        try await again.append([HistoryEntry(.message(ChatMessage.user("an addition")))], to: "a")
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.setProperty("search-version", String(later - 1))
        }
        #expect(try await library.search(SearchRequest("\"answer 7\"")).count == 1)
        #expect(try await library.search(SearchRequest("addition")).count == 1)
        #expect(try await library.search(SearchRequest("answer")).count == 1)
        // Only what the later version has made is other than this one would make it.
        #expect(try await library.verify().map(\.kind) == [.staleIndex])
    }

    @Test("What a process of version 1 writes, which knows no checksums, is no damage")
    func absentChecksums() async throws {
        let library = try await directory.openLibrary()
        try await library.addConversation("a", turns: 2)
        // As version 1 replaces an entry in its place, and adds an artifact.
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.execute(
                "UPDATE entries SET id = id, date = date, body = replace(body, 'question', 'edited') WHERE key = 1"
            )
            try database.execute("UPDATE search SET words = replace(words, 'question', 'edited') WHERE rowid = 1")
            try database.execute(
                """
                INSERT INTO artifacts(conversation, name, version, created, data)
                SELECT key, 'file', 1, 0, x'010203' FROM conversations
                """
            )
        }
        #expect(try await library.store(for: "a").load()?.messages.first?.searchableText.hasPrefix("edited") == true)
        #expect(try await library.artifact(named: "file", in: "a").data == [1, 2, 3])
        #expect(try await library.verify() == [])
        // What has a checksum is checked.
        try await library.pool.write { (database) throws(SQLiteFailure) in
            try database.execute("UPDATE entries SET checksum = 1 WHERE key = 1")
        }
        #expect(try await library.verify().map(\.kind) == [.damagedHistory])
    }

    @Test("After a backup was restored into the file, no change is saved onto one that was never seen")
    func restored() async throws {
        let library = try await directory.openLibrary()
        let conversation = try await library.addConversation("a")
        try await library.backUp(to: directory.path("backup.db"))
        try await conversation.addTurn(1)
        do {
            // As SQLite's own shell restores into a file that is open.
            let backup = try SQLiteDatabase.open(path: directory.path("backup.db"))
            let target = try SQLiteDatabase.open(path: directory.database)
            let copy = try #require(sqlite3_backup_init(target.handle, "main", backup.handle, "main"))
            #expect(sqlite3_backup_step(copy, -1) == SQLITE_DONE)
            #expect(sqlite3_backup_finish(copy) == SQLITE_OK)
        }
        let other = try await directory.openLibrary()
        try await Conversation(restoring: other.store(for: "a")).addTurn(100)
        let stored = try await other.store(for: "a").load()
        for change in 0..<3 {
            await #expect(throws: (any Error).self, "\(change)") {
                switch change {
                case 0: try await conversation.addTurn(2)
                case 1: try await conversation.pin(conversation.snapshot.entries[0].id)
                default: try await conversation.save()
                }
            }
        }
        #expect(try await other.store(for: "a").load() == stored)
    }
}
#endif
