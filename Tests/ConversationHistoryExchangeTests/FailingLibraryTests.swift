import ConversationHistory
import ConversationHistoryExchange
import ConversationHistoryLibrary
import TestSupport
import Testing

@Suite struct FailingLibraryTests {
    typealias Library = ExchangeSample.Library

    @Test(arguments: [0, 1, 2]) func nothingIsLeftOfAConversationThatTheLibraryDidNotTake(calls: Int) async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        let library = FailingLibrary(Library(), .saveArtifact, of: "../../etc/passwd", after: calls)
        let error = await #expect(throws: ArchiveError.self) { try await LibraryImporter(library).importing(archive) }
        #expect(error?.code == .library)
        #expect(error?.cause?.code == .noSpace)
        #expect(try await library.statistics() == LibraryStatistics())
        // The failure was a passing one: the same archive is imported now.
        try await LibraryImporter(library).importing(archive)
        #expect(try await ExchangeSample.exporter(library.base).exported() == archive)
    }

    @Test func nothingIsLeftOfAConversationThatCannotBePutIntoTheTrash() async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        let library = FailingLibrary(Library(), .delete, of: "thrown away")
        let error = await #expect(throws: ArchiveError.self) { try await LibraryImporter(library).importing(archive) }
        #expect(error?.cause?.code == .io)
        #expect(error?.report.imported.count == 3)
        #expect(try await library.statistics().conversationCount == 3)
        #expect(try await library.statistics().deletedCount == 0)
    }

    @Test(arguments: [false, true]) func whatCouldNotBeReplacedIsPutBack(isDeleted: Bool) async throws {
        let base = Library()
        try await LibraryImporter(base).importing(ExchangeSample.small("c", "different"))
        _ = try await base.saveArtifact([9], named: "f", type: nil, in: "c")
        let before = try await LibraryExporter(base).exported()
        if isDeleted { try await base.delete("c") }
        let library = FailingLibrary(base, .saveArtifact, of: "c")
        let archive = try await ExchangeSample.small()
        await #expect(throws: ArchiveError.self) {
            try await LibraryImporter(library, collision: .replace).importing(archive)
        }
        let deleted = try await base.info(of: "c").deleted
        #expect((deleted != nil) == isDeleted)
        if isDeleted { try await base.restore("c") }
        #expect(try await LibraryExporter(base).exported() == before)
    }

    @Test func aDamagedHistoryDoesNotKeepTheOthersFromBeingExported() async throws {
        let library = try await FailingLibrary(ExchangeSample.library(), .load, of: "empty")
        var bytes: [UInt8] = []
        let report = try await LibraryExporter(library).export { bytes += $0 }
        #expect(report.unreadable.map(\.id) == ["empty"])
        #expect(report.unreadable.map(\.error.code) == [.damaged])
        #expect(report.conversationCount == 2)
        #expect(try await LibraryImporter(Library()).importing(bytes).imported.count == 2)
    }
}
