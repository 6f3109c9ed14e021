import TestSupport
import Testing

@testable import ConversationHistory
@testable import ConversationHistoryExchange
@testable import ConversationHistoryLibrary

/// Imports into libraries that stop taking changes, as if the process had ended, or that refuse one of them.
@Suite struct CutOffImportTests {
    typealias Library = ExchangeSample.Library

    /// More changes than any of these imports makes.
    private static let manyChanges = 100

    /// Imports an archive of which only some changes are made.
    ///
    /// - Returns: Whether it was cut off.
    private func cutOff(
        _ archive: [UInt8],
        into library: Library,
        after count: Int,
        _ collision: ImportCollision = .fail
    ) async throws -> Bool {
        let failing = FailingLibrary(library, .changes { _, number in number > count })
        do {
            try await LibraryImporter(failing, collision: collision).importing(archive)
        } catch let error as ArchiveError { #expect(error.code == .library) }
        return failing.hasFailed
    }

    @Test(arguments: ImportCollision.allCases) func importingAgainCompletes(collision: ImportCollision) async throws {
        let archive = try await ExchangeSample.exporter(ExchangeSample.library()).exported()
        for count in 0..<Self.manyChanges {
            let library = Library()
            let wasCutOff = try await cutOff(archive, into: library, after: count, collision)
            let last = try await library.contentsIfPresent(of: "thrown away")
            // All of it is there, but not in the trash: that is what someone who has restored it has, too.
            let isLastStep = last.map { $0.files.count == 2 && !$0.isDeleted } ?? false
            let again = isLastStep ? .replace : collision
            if isLastStep, collision == .fail {
                let error = await #expect(throws: ArchiveError.self) {
                    try await LibraryImporter(library).importing(archive)
                }
                #expect(error?.code == .alreadyExists)
            }
            let report = try await LibraryImporter(library, collision: again).importing(archive)
            #expect(try await ExchangeSample.exporter(library).exported() == archive, "after \(count)")
            #expect(report.skipped.isEmpty && report.renamed.isEmpty)
            let once = try await LibraryImporter(library, collision: collision).importing(archive)
            #expect(once.alreadyThere.count == 4)
            if !wasCutOff { return }
        }
        Issue.record("The import never came to its end.")
    }

    @Test func anImportUnderANewIdIsCompletedUnderTheSame() async throws {
        let archive = try await archive()
        var sizes: Set<Int> = []
        for count in 0..<Self.manyChanges {
            let library = try await taken()
            let wasCutOff = try await cutOff(archive, into: library, after: count, .rename)
            let report = try await LibraryImporter(library, collision: .rename).importing(archive)
            let id = try #require(wasCutOff ? report.renamed.first?.storedID : report.alreadyThere.first?.storedID)
            sizes.insert(try await library.contents(of: id).artifacts.count)
            #expect(try await library.statistics().conversationCount == 2)
            if wasCutOff { continue }
            #expect(sizes == [4])
            return
        }
        Issue.record("The import never came to its end.")
    }

    @Test func whatCouldNotBeRemovedAgainIsCompleted() async throws {
        let archive = try await archive()
        let library = Library()
        let failing = FailingLibrary(library, .changes { verb, number in number == 3 || verb == .purge })
        await #expect(throws: ArchiveError.self) { try await LibraryImporter(failing).importing(archive) }
        #expect(try await library.statistics().deletedCount == 1)
        #expect(try await LibraryImporter(library).importing(archive).imported.count == 1)
        #expect(try await ExchangeSample.exporter(library).exported() == archive)
    }

    // MARK: - Replacing

    /// An archive of one conversation with files of three names, one in two versions.
    private func archive(isDeleted: Bool = false) async throws -> [UInt8] {
        let library = Library()
        try await LibraryImporter(library).importing(ExchangeSample.small())
        for (name, data) in [("g", [5]), ("g", [6]), ("h", [7])] as [(String, [UInt8])] {
            _ = try await library.saveArtifact(data, named: name, type: "text/plain", in: "c")
        }
        if isDeleted { try await library.delete("c") }
        return try await ExchangeSample.exporter(library).exported()
    }

    /// A library with another conversation of the same id, of whose files one has other content, one has fewer
    /// versions, and one has no successor.
    private func taken(isDeleted: Bool = false) async throws -> Library {
        let library = Library()
        try await LibraryImporter(library).importing(ExchangeSample.small("c", "different"))
        try await library.removeArtifact(named: "f", in: "c")
        for (name, data) in [("f", [8]), ("f", [9]), ("g", [5]), ("mine", [10])] as [(String, [UInt8])] {
            _ = try await library.saveArtifact(data, named: name, type: "text/plain", in: "c")
        }
        if isDeleted { try await library.delete("c") }
        return library
    }

    private func contents(of library: Library) async throws -> ArchivedConversation<ChatMessage> {
        try await #require(library.contentsIfPresent(of: "c"))
    }

    @Test(arguments: [false, true], [false, true])
    func nothingOldIsGoneBeforeTheNewIsThere(isDeleted: Bool, becomesDeleted: Bool) async throws {
        let archive = try await archive(isDeleted: becomesDeleted)
        let old = try await contents(of: taken())
        let copy = Library()
        try await LibraryImporter(copy).importing(archive)
        let new = try await contents(of: copy)
        for count in 0..<Self.manyChanges {
            let library = try await taken(isDeleted: isDeleted)
            let wasCutOff = try await cutOff(archive, into: library, after: count, .replace)
            let left = try await contents(of: library)
            #expect(left.snapshot == old.snapshot || left.snapshot == new.snapshot, "after \(count)")
            let hasOld = left.snapshot == old.snapshot && old.files.allSatisfy(left.files.contains)
            let data = left.files.map(\.data)
            let hasNew = left.snapshot == new.snapshot && new.files.map(\.data).allSatisfy(data.contains)
            #expect(hasOld || hasNew, "after \(count)")
            try await LibraryImporter(library, collision: .replace).importing(archive)
            #expect(try await ExchangeSample.exporter(library).exported() == archive, "after \(count)")
            if !wasCutOff { return }
        }
        Issue.record("The import never came to its end.")
    }

    @Test(arguments: [false, true]) func whatIsRefusedIsPutBack(isDeleted: Bool) async throws {
        let archive = try await archive(isDeleted: true)
        let before = try await ExchangeSample.exporter(taken()).exported()
        for number in 1..<Self.manyChanges {
            let library = try await taken(isDeleted: isDeleted)
            let failing = FailingLibrary(library, .changes { _, change in change == number })
            let importer = LibraryImporter(failing, collision: .replace)
            guard await (try? importer.importing(archive)) == nil else {
                #expect(!failing.hasFailed)
                return
            }
            #expect(try await contents(of: library).isDeleted == isDeleted, "change \(number)")
            if isDeleted { try await library.restore("c") }
            #expect(try await ExchangeSample.exporter(library).exported() == before, "change \(number)")
        }
        Issue.record("The import never came to its end.")
    }

    @Test func whatSomeoneElseSaysMeanwhileStays() async throws {
        let archive = try await archive()
        let library = try await taken()
        let old = try await contents(of: library)
        let entry = ExchangeSample.message(2, "meanwhile")
        let failing = FailingLibrary(
            library,
            .changes { verb, number in
                if number == 1 {
                    // A failure shows in what is there afterwards.
                    try? await library.append([entry], to: "c")
                    _ = try? await library.saveArtifact([11], named: "theirs", type: nil, in: "c")
                }
                return false
            }
        )
        let importer = LibraryImporter(failing, collision: .replace)
        await #expect(throws: ArchiveError.self) { try await importer.importing(archive) }
        let left = try await contents(of: library)
        #expect(left.snapshot.entries.last == entry)
        #expect(left.files.filter { $0.name.rawValue != "theirs" } == old.files)
        #expect(left.files.last?.data == [11])
    }
}
