import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A message type as an application had it, and as it has it now: under the same name, with a case renamed.
enum ChangedNote {
    struct Old: HistoryMessage {
        static let formatName = "note"

        enum Body: Codable, Equatable {
            case said(String)
            case both([String: [Int]])
        }

        var role = MessageRole.user
        var body: Body
        var searchableText: String { if case .said(let text) = body { text } else { "" } }
    }

    struct New: HistoryMessage {
        static let formatName = "note"

        enum Mood: String, Codable { case calm }

        enum Body: Codable, Equatable {
            case spoke(String)
            case both([String: [Mood]])
        }

        var role = MessageRole.user
        var body: Body
        var searchableText: String { if case .spoke(let text) = body { text } else { "" } }
    }

    static let secret = "vermilion-halyard"

    /// Five entries, of which those with the ids `u` and `v` do not decode as the new type.
    static func old() throws -> ConversationSnapshot<Old> {
        var snapshot = ConversationSnapshot<Old>(id: "c", title: secret, owner: Owner(user: "me"))
        func append(_ id: EntryID, _ body: Old.Body) throws {
            try snapshot.append(HistoryEntry(.message(Old(body: body)), id: id, date: nil))
        }
        try append("a", .both([:]))
        try append("b", .both([:]))
        try append("u", .said(secret))
        try append("v", .both([secret: [7]]))
        try append("e", .both([:]))
        return snapshot
    }
}

@Suite("Messages of an intact history that do not decode as the type")
struct UndecodableMessageTests {
    typealias Old = ChangedNote.Old
    typealias New = ChangedNote.New

    private func decodingError<Message: HistoryMessage>(
        _ bytes: [UInt8],
        as type: Message.Type = Message.self
    ) -> SnapshotDecodingError? {
        do throws(SnapshotDecodingError) {
            _ = try ConversationSnapshot<Message>(decoding: bytes)
            return nil
        } catch { return error }
    }

    @Test("The error names the entry, the type and the place, and nothing that was said")
    func names() throws {
        for style in [SnapshotStyle.lines, .pretty] {
            let bytes = try ChangedNote.old().encoded(style: style)
            let error = try #require(decodingError(bytes, as: New.self))
            #expect(error.code == .undecodableMessage)
            let message = try #require(error.undecodableMessage)
            #expect(message.entry == "u")
            #expect(message.messageType == "note")
            #expect(message.codingPath == ["body"])
            #expect(message.offset == error.offset)
            #expect(bytes[error.offset...].starts(with: "{".utf8))
            #expect(String(decoding: bytes[..<error.offset].suffix(30), as: UTF8.self).contains("\"message\":"))
            #expect(error.description.contains("\"u\"") && error.description.contains("\"note\""))

            var later = try ChangedNote.old()
            try later.remove("u")
            let other = try #require(decodingError(try later.encoded(style: style), as: New.self))
            #expect(other.undecodableMessage?.entry == "v")
            // The key of the dictionary is what somebody said.
            #expect(other.undecodableMessage?.codingPath == ["body", "both", "_0", "*", "0"])
            for text in ["\(error)", "\(other)", "\(message)", String(reflecting: other)] {
                #expect(!text.contains(ChangedNote.secret))
            }
        }
    }

    @Test("A summary, a message that a rewind took, and one under way count as well")
    func everywhere() throws {
        let entry = HistoryEntry<Old>(.message(Old(body: .said("x"))), id: "u", date: nil)
        var snapshots: [String: ConversationSnapshot<Old>] = [:]
        var summary = ConversationSnapshot<Old>(messages: [Old(body: .both([:]))])
        let content = HistorySummary(message: Old(body: .said("x")), through: "1")
        try summary.append(HistoryEntry(.summary(content), id: "u", date: nil))
        snapshots["summary"] = summary
        var taken = ConversationSnapshot<Old>()
        try taken.append(entry)
        taken.rewind(to: 0, date: nil)
        snapshots["taken"] = taken
        var draft = ConversationSnapshot<Old>()
        var incomplete = entry
        incomplete.isIncomplete = true
        try draft.append(incomplete)
        draft.openTurn = Turn(id: "t", entries: 0..<1)
        snapshots["draft"] = draft
        for (name, snapshot) in snapshots {
            for style in [SnapshotStyle.lines, .pretty] {
                let error = decodingError(try snapshot.encoded(style: style), as: New.self)
                #expect(error?.code == .undecodableMessage, "\(name)")
                #expect(error?.undecodableMessage?.entry == "u", "\(name)")
            }
        }
    }

    @Test("Without a checksum that holds, it is not known what was written: that is damage")
    func theChecksumDecides() throws {
        let bytes = try ChangedNote.old().encoded()
        #expect(decodingError(bytes, as: New.self)?.code == .undecodableMessage)
        // Every byte of every line is covered.
        for position in bytes.indices where bytes[position] != UInt8(ascii: "\n") {
            var changed = bytes
            changed[position] ^= 1
            let code = decodingError(changed, as: New.self)?.code
            #expect(code != .undecodableMessage && code != nil, "byte \(position)")
        }
        for count in stride(from: 1, to: bytes.count - 1, by: 7) {
            #expect(decodingError(Array(bytes[..<count]), as: New.self)?.code == .damaged, "\(count) bytes")
        }
    }

    @Test("What is not JSON is damage, also within a message")
    func notJSON() throws {
        let text = String(decoding: try ChangedNote.old().encoded(style: .pretty), as: UTF8.self)
        for (old, new) in [("\"said\": {", "\"said\": {,"), ("\"_0\": \"\(ChangedNote.secret)\"", "\"_0\": nul")] {
            let changed = text.replacing(old, with: new)
            #expect(changed != text)
            #expect(decodingError(Array(changed.utf8), as: New.self)?.code == .damaged)
            #expect(decodingError(Array(changed.utf8), as: Old.self)?.code == .damaged)
        }
    }

    @Test(
        "A chat message of another shape is no damage either",
        arguments: [
            "7", "null", "[]", "{}", #"{"role":"user"}"#, #"{"role":1,"content":[]}"#,
            #"{"role":"user","content":"x"}"#,
        ]
    )
    func chatMessages(_ message: String) throws {
        let text = #"""
            {"format":"conversation-history","version":2,"messages":"chat","lineage":"l","history": [
             {"id":"a","message":{"role":"user","content":[]}},
             {"message": \#(message), "id":"u"},
             {"id":"b","message":{"role":"user","content":[]}}],"state":{"revision":1,"count":3}}
            """#
        let error = try #require(decodingError(Array(text.utf8), as: ChatMessage.self))
        #expect(error.code == .undecodableMessage)
        #expect(error.undecodableMessage?.entry == "u")
        #expect(text.utf8.dropFirst(error.offset).starts(with: message.utf8))
    }

    @Test("In version 1 it is named by its place")
    func version1() throws {
        let text = #"{"version":1,"messages":[{"User":{"blocks":[]}},{"a":1,"b":2},[]],"pinned":[false,false,false]}"#
        let error = try #require(decodingError(Array(text.utf8), as: ChatMessage.self))
        #expect(error.code == .undecodableMessage)
        #expect(error.undecodableMessage?.entry == "2")
        #expect(text.utf8.dropFirst(error.offset).starts(with: #"{"a""#.utf8))
    }

    @Test(
        "A store does not write over it, and the type that wrote it goes on",
        arguments: [SnapshotStyle.lines, .pretty]
    )
    func store(_ style: SnapshotStyle) async throws {
        let directory = TemporaryDirectory()
        let path = directory.path("notes.json")
        let old = try ChangedNote.old()
        try await JSONFileHistoryStore<Old>(path: path, style: style).save(old)
        let bytes = directory.read("notes.json")
        let store = JSONFileHistoryStore<New>(path: path, style: style)
        let loading = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
        #expect(loading?.code == .undecodableMessage)
        #expect(loading?.undecodableMessage?.entry == "u")
        #expect(loading?.undecodableMessage?.codingPath == ["body"])
        #expect(loading?.offset == loading?.undecodableMessage?.offset)
        #expect(loading?.description.contains(ChangedNote.secret) == false)
        let saving = await failure { () throws(HistoryStoreError) in
            try await store.save(ConversationSnapshot(messages: [New(body: .spoke("new"))]))
        }
        #expect(saving?.code == .undecodableMessage)
        #expect(saving?.undecodableMessage == loading?.undecodableMessage)
        #expect(directory.read("notes.json") == bytes)
        #expect(try await JSONFileHistoryStore<Old>(path: path).load() == old)
    }

    @Test("A directory lists it as it is, not as damaged, and a verification names it")
    func directory() async throws {
        let home = TemporaryDirectory()
        let path = home.path("library")
        let library = DirectoryConversationLibrary<Old>(path: path)
        try await library.store(for: "a").save(try ChangedNote.old())
        try await library.store(for: "b").save(ConversationSnapshot(messages: [Old(body: .both([:]))]))
        let infos = try await library.list(ListRequest()).conversations
        for removesIndex in [true, false] {
            if removesIndex { home.remove("library/index.json") }
            let changed = DirectoryConversationLibrary<New>(path: path)
            #expect(try await changed.list(ListRequest()).conversations == infos)
            #expect(infos.allSatisfy { !$0.isDamaged })
            let problems = try await changed.verify()
            #expect(problems.map(\.kind) == [.unreadableHistory])
            #expect(problems.first?.conversation == "a")
            #expect(problems.first?.description.contains("\"u\"") == true)
            #expect(try await changed.search(SearchRequest("anything")).isEmpty)
            let store = changed.store(for: "a")
            let loading = await failure { () throws(HistoryStoreError) in _ = try await store.load() }
            #expect(loading?.code == .undecodableMessage)
            let saving = await failure { () throws(HistoryStoreError) in try await store.save(ConversationSnapshot()) }
            #expect(saving?.code == .undecodableMessage)
            #expect(try await changed.store(for: "b").load() != nil)
            let report = try await LibraryExporter(changed).export { _ in }
            #expect(report.unreadable.map(\.error.code) == [.undecodableMessage])
            #expect(report.conversationCount == 1)
            #expect(try await changed.list(ListRequest()).conversations == infos)
        }
        #expect(try await library.verify().isEmpty)
        #expect(try await DirectoryConversationLibrary<Old>(path: path).store(for: "a").load() != nil)
    }

    @Test("What a later version wrote is not listed as damaged")
    func notDamaged() async throws {
        let home = TemporaryDirectory()
        let path = home.path("library")
        let library = DirectoryConversationLibrary<Old>(path: path)
        try await library.store(for: "a").save(try ChangedNote.old())
        let name = "library/conversations/a.json"
        let sound = try #require(home.read(name))
        home.write(
            name,
            Array(String(decoding: sound, as: UTF8.self).replacing("\"version\":2", with: "\"version\":3").utf8)
        )
        for library in [library, DirectoryConversationLibrary<Old>(path: path)] {
            #expect(try await library.list(ListRequest()).conversations.map(\.isDamaged) == [false])
            #expect(try await library.verify().map(\.kind) == [.unreadableHistory])
        }
        home.write(name, sound)
        #expect(try await library.list(ListRequest()).conversations.map(\.entryCount) == [5])
    }

    @Test("An archive says so too, once its checksum has held")
    func archive() async throws {
        let library = InMemoryConversationLibrary<Old>()
        try await library.store(for: "a").save(ConversationSnapshot(messages: [Old(body: .both([:]))]))
        var snapshot = try ChangedNote.old()
        snapshot.rewind(to: 2, date: nil)
        try await library.store(for: "b").save(snapshot)
        let archive = try await LibraryExporter(library).exported()
        func refusal(_ bytes: [UInt8]) async -> ArchiveError? {
            do {
                _ = try await LibraryImporter(InMemoryConversationLibrary<New>()).importing(bytes)
                return nil
            } catch { return error as? ArchiveError }
        }
        let error = try #require(await refusal(archive))
        #expect(error.code == .undecodableMessage)
        #expect(error.undecodableMessage?.entry == "u")
        let line = Array(archive.split(separator: UInt8(ascii: "\n"))[error.line - 1])
        #expect(String(decoding: line, as: UTF8.self).contains("\"id\":\"u\""))
        #expect(!error.description.contains(ChangedNote.secret))
        #expect(error.report.imported.map(\.id) == ["a"])

        let text = String(decoding: archive, as: UTF8.self)
        let changed = text.replacing(ChangedNote.secret, with: "vermilion-halyarD")
        #expect(await refusal(Array(changed.utf8))?.code == .damaged)
        #expect(await refusal(Array(archive.dropLast(40)))?.code == .cut)
    }
}
