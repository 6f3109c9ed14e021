import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

@Suite struct LibraryExchangeTests {
    typealias Library = ExchangeSample.Library

    @Test func everythingComesBackEqual() async throws {
        let library = try await ExchangeSample.library()
        let archive = try await ExchangeSample.exporter(library).exported()
        let copy = Library()
        let report = try await LibraryImporter(copy).importing(archive)
        #expect(report.imported.map(\.id) == ["../../etc/passwd", "empty", "odd", "thrown away"])
        #expect(report.imported.map(\.line) == report.imported.map(\.line).sorted())
        for id: ConversationID in ["../../etc/passwd", "empty", "odd"] {
            #expect(try await copy.store(for: id).load() == library.store(for: id).load())
            if id != "odd" { #expect(try await copy.info(of: id) == library.info(of: id)) }
            #expect(try await copy.contentsIfPresent(of: id)?.files == library.contentsIfPresent(of: id)?.files)
        }
        #expect(try await copy.contents(of: "../../etc/passwd").artifacts.map(\.info.version) == [1, 1, 2])
        #expect(try await copy.info(of: "thrown away").deleted != nil)
        try await copy.restore("thrown away")
        #expect(try await copy.store(for: "thrown away").load()?.messages.first == .user("old"))
        #expect(try await copy.contents(of: "thrown away").artifacts.map(\.data) == [[1, 2, 255], []])
        #expect(try await copy.store(for: "odd").load()?.encoded() == library.store(for: "odd").load()?.encoded())
    }

    @Test func anExportTakesNothingOutOfTheTrash() async throws {
        let library = try await ExchangeSample.library()
        let before = try await library.info(of: "thrown away")
        _ = try await ExchangeSample.exporter(library).exported()
        #expect(try await library.info(of: "thrown away") == before)
    }

    @Test func anArchiveOfAnImportIsTheSameArchive() async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        let copy = Library()
        try await LibraryImporter(copy).importing(archive)
        #expect(try await ExchangeSample.exporter(copy).exported() == archive)
        #expect(try await ExchangeSample.exporter(copy).exported() == archive)
        #expect(try await copy.info(of: "thrown away").deleted != nil)
    }

    @Test func everyLineIsJSONAndHalfPairsStayAsTheyAre() async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        let lines = ExchangeSample.lines(archive)
        for line in lines { _ = try JSONValue(parsing: line) }
        #expect(lines[0] == #"{"format":"conversation-archive","version":1,"messages":"chat"}"#)
        #expect(lines.last == #"{"conversations":4}"#)
        #expect(lines.contains { $0.contains(#"half \ud83d of a pair"#) })
        #expect(lines.contains { $0.hasPrefix(#"{"end":"odd","id":"3","#) })
        #expect(lines.contains { $0.contains("two\u{2028}\u{85}\\r\\n") })
        #expect(lines.allSatisfy { $0.utf8.count < 1 << 20 + 1 << 10 })
    }

    @Test func aPartCanBeExportedAndTheTrashIsLeftOut() async throws {
        let library = try await ExchangeSample.library()
        var calls: [ExchangeProgress] = []
        var bytes: [UInt8] = []
        let report = try await LibraryExporter(library).export(["odd", "empty", "odd"]) {
            calls.append($0)
        } to: {
            bytes += $0
        }
        #expect(report.conversationCount == 2)
        #expect(report.byteCount == bytes.count)
        #expect(calls.map(\.conversation) == ["empty", "odd"])
        #expect(calls.map(\.totalCount) == [2, 2])
        let all = try await LibraryExporter(library).exported()
        #expect(ExchangeSample.lines(all).last == #"{"conversations":3}"#)
        for id: ConversationID in ["nobody", "thrown away"] {
            let error = await #expect(throws: HistoryStoreError.self) {
                try await LibraryExporter(library).exported([id])
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test func partsAreBounded() async throws {
        let library = Library()
        for id: ConversationID in ["a", "b"] {
            let messages = (0..<40).map { ChatMessage.user("\($0)" + String(repeating: "x", count: 50_000)) }
            try await library.store(for: id).save(ConversationSnapshot(messages: messages))
            _ = try await library.saveArtifact([UInt8](repeating: 1, count: 5 << 20), named: "f", type: nil, in: id)
        }
        var counts: [Int] = []
        try await LibraryExporter(library).export { counts.append($0.count) }
        #expect(counts.reduce(0, +) > 17 << 20)
        #expect(counts.allSatisfy { $0 < 3 << 19 })
    }

    @Test func aSinkThatThrowsEndsTheExportAndTheTrashStaysTheTrash() async throws {
        struct Full: Error {}
        let library = try await ExchangeSample.library()
        await #expect(throws: Full.self) {
            try await ExchangeSample.exporter(library).export { _ in throw Full() }
        }
        #expect(try await library.info(of: "thrown away").deleted != nil)
    }

    @Test func importingTwiceMakesNoDuplicates() async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        let copy = Library()
        let importer = LibraryImporter(copy)
        try await importer.importing(archive)
        let again = try await importer.importing(archive)
        #expect(again.imported.isEmpty)
        #expect(again.alreadyThere.count == 4)
        #expect(try await ExchangeSample.exporter(copy).exported() == archive)
    }

    @Test(arguments: [1, 2, 7, 4096]) func partsOfAnySizeAndCRLFAreRead(size: Int) async throws {
        let archive = try await ExchangeSample.small()
        let text = String(decoding: archive, as: UTF8.self).replacing("\n", with: "\r\n")
        for bytes in [archive, Array(text.utf8), Array(text.utf8.dropLast(2))] {
            var rest = bytes[...]
            let copy = Library()
            try await LibraryImporter(copy).importing(from: {
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            })
            #expect(try await LibraryExporter(copy).exported() == archive)
        }
    }

    @Test func aScopeExportsAndTakesOnlyWhatIsItsOwn() async throws {
        let library = try await ExchangeSample.library()
        let ada = Owner(user: "ada", organization: "analytical")
        let mine = try await LibraryExporter(library.scoped(to: ada), includesTrash: true).exported()
        #expect(ExchangeSample.lines(mine).last == #"{"conversations":1}"#)
        let copy = Library()
        try await LibraryImporter(copy.scoped(to: Owner(user: "ada"))).importing(mine)
        let other = copy.scoped(to: Owner(user: "bob"))
        let error = await #expect(throws: ArchiveError.self) { try await LibraryImporter(other).importing(mine) }
        #expect(error?.code == .outsideOfScope)
        #expect(error?.line == 2)
        // What has no owner becomes that of the scope, and is the same when it is imported again.
        let small = try await ExchangeSample.small()
        let importer = LibraryImporter(other)
        #expect(try await importer.importing(small).imported.count == 1)
        #expect(try await importer.importing(small).alreadyThere.count == 1)
        #expect(try await copy.info(of: "c").owner == Owner(user: "bob"))
    }

    @Test func anIdThatAnotherOwnerHasIsTaken() async throws {
        let library = Library()
        _ = try await library.create(NewConversation(id: "c", owner: Owner(user: "bob")))
        let ada = library.scoped(to: Owner(user: "ada"))
        let archive = try await ExchangeSample.small()
        for collision in [ImportCollision.fail, .replace] {
            let error = await #expect(throws: ArchiveError.self) {
                try await LibraryImporter(ada, collision: collision).importing(archive)
            }
            #expect(error?.code == .alreadyExists)
        }
        #expect(try await LibraryImporter(ada, collision: .skip).importing(archive).skipped.count == 1)
        let renamed = try await LibraryImporter(ada, collision: .rename).importing(archive).renamed
        #expect(renamed.count == 1)
        #expect(try await ada.info(of: renamed[0].storedID).messageCount == 2)
        #expect(try await library.info(of: "c").messageCount == 0)
    }

    // MARK: - Collisions

    /// A library with another conversation of the small archive's id.
    private func taken() async throws -> Library {
        let library = Library()
        try await LibraryImporter(library).importing(ExchangeSample.small("c", "different"))
        _ = try await library.saveArtifact([9], named: "f", type: nil, in: "c")
        _ = try await library.saveArtifact([9], named: "mine", type: nil, in: "c")
        return library
    }

    @Test func failWritesNothing() async throws {
        let library = try await taken()
        let before = try await LibraryExporter(library).exported()
        let archive = try await ExchangeSample.small()
        let error = await #expect(throws: ArchiveError.self) { try await LibraryImporter(library).importing(archive) }
        #expect(error?.code == .alreadyExists)
        #expect(error?.line == 2)
        #expect(try await LibraryExporter(library).exported() == before)
        let report = try await LibraryImporter(library, continuesAfterRefusal: true).importing(archive)
        #expect(report.refused.map(\.error.code) == [.alreadyExists])
        #expect(try await LibraryExporter(library).exported() == before)
    }

    @Test func skipLeavesWhatIsThere() async throws {
        let library = try await taken()
        let before = try await LibraryExporter(library).exported()
        let report = try await LibraryImporter(library, collision: .skip).importing(ExchangeSample.small())
        #expect(report.skipped.map(\.id) == ["c"])
        #expect(try await LibraryExporter(library).exported() == before)
    }

    @Test func renameKeepsBothAndIsDoneOnce() async throws {
        let library = try await taken()
        let importer = LibraryImporter(library, collision: .rename)
        let archive = try await ExchangeSample.small()
        let report = try await importer.importing(archive)
        let new = try #require(report.renamed.first?.storedID)
        #expect(new != "c" && new.rawValue.hasPrefix("c-"))
        #expect(try await library.store(for: new).load()?.id == new)
        #expect(try await library.contents(of: new).artifacts.count == 1)
        #expect(try await library.contents(of: "c").artifacts.count == 3)
        let again = try await importer.importing(archive)
        #expect(again.alreadyThere.map(\.storedID) == [new])
        #expect(try await library.statistics().conversationCount == 2)
    }

    @Test func aLongIdIsRenamedWithinItsLimit() async throws {
        let id = ConversationID(String(repeating: "é", count: 127) + "x")
        let library = Library()
        _ = try await library.create(NewConversation(id: id))
        let archive = try await ExchangeSample.small(id)
        let report = try await LibraryImporter(library, collision: .rename).importing(archive)
        #expect(report.renamed.count == 1)
        #expect((report.renamed.first?.storedID.rawValue.utf8.count ?? 0) <= 255)
    }

    @Test(arguments: [false, true]) func replaceTakesThePlace(isDeleted: Bool) async throws {
        let library = try await taken()
        if isDeleted { try await library.delete("c") }
        let archive = try await ExchangeSample.small()
        let report = try await LibraryImporter(library, collision: .replace).importing(archive)
        #expect(report.replaced.map(\.id) == ["c"])
        #expect(try await LibraryExporter(library).exported() == archive)
    }

    // MARK: - Single histories

    @Test func aHistoryFileIsImported() async throws {
        let snapshot = try ExchangeSample.busy()
        let library = Library()
        let importer = LibraryImporter(library)
        for style in [SnapshotStyle.lines, .pretty] {
            try await importer.importing(history: snapshot.encoded(style: style))
        }
        #expect(try await library.store(for: "busy").load() == snapshot)
        #expect(try await library.statistics().conversationCount == 1)
        let bare = ConversationSnapshot<ChatMessage>(messages: [.user("a"), .assistant("b")])
        try await importer.importing(history: bare.encoded(style: .version1), as: "old")
        #expect(try await library.store(for: "old").load()?.messages.count == 2)
        let error = await #expect(throws: ArchiveError.self) { try await importer.importing(history: Array("[]".utf8)) }
        #expect(error?.code == .notAnArchive)
    }

    @Test func aHistoryFileOfADirectoryLibraryLeavesWhatIsTheLibrarysThere() async throws {
        let scene = LibraryScene()
        try await scene.add("trip", "hello", "world", owner: Owner(user: "ada"))
        let archive = try await LibraryExporter(scene.library()).exported()
        let bytes = try #require(scene.home.read("library/conversations/trip.json"))
        let library = Library()
        #expect(try await LibraryImporter(library).importing(history: bytes).imported.count == 1)
        #expect(try await LibraryExporter(library).exported() == archive)
        // The library that it comes from has it already, and so has one that it was brought into before.
        #expect(try await LibraryImporter(scene.library()).importing(history: bytes).alreadyThere.count == 1)
        #expect(try await LibraryImporter(library).importing(history: bytes).alreadyThere.count == 1)
        try await scene.library().rename("trip", to: "renamed")
        try await scene.library().rename("trip", to: "about trip")
        // A store of a file knows nothing of libraries, and hands on what it finds.
        let plain = try #require(try await JSONFileHistoryStore(path: scene.path + "/conversations/trip.json").load())
        let other = Library()
        try await other.store(for: "trip").save(plain)
        let single = LibraryScene()
        try await single.library().store(for: "trip").save(plain)
        #expect(try await LibraryExporter(other).exported() == LibraryExporter(single.library()).exported())
    }

    @Test("A library that can only be read is not said to have another owner")
    func whatTheSystemDoesNotAllow() {
        func code(_ call: SystemCallError?) -> ArchiveError.Code {
            let error = HistoryStoreError(
                .permissionDenied,
                operation: "save",
                location: "a library",
                systemCall: call,
                reason: "It is not allowed."
            )
            return ArchiveError(error, line: 1, offset: 0).code
        }
        #expect(code(nil) == .outsideOfScope)
        #expect(code(SystemCallError(call: "openat", errno: 30, description: "read-only")) == .library)
        // The rules of a server for the rows of others.
        #expect(
            code(SystemCallError(call: "PQexec", errno: 0, description: "rows", sqlState: "42501")) == .outsideOfScope
        )
    }
}
